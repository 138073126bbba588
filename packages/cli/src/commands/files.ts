import { uploadFiles } from '../api/upload-files.ts';
import { type CommandGroup, defineCommand } from '../command.ts';
import { readLocalFiles } from '../files/read-local-files.ts';

const upload = defineCommand<[session: string, paths: string[]]>({
  usage: 'upload <session> <file...>',
  summary: 'Upload files of a session and print their references',
  run: async (cli, [session, paths]) => {
    const { output } = cli;
    const api = cli.connect();
    const references = await uploadFiles(api, session, readLocalFiles(paths, cli.cwd));
    if (output.isJson) output.json({ files: references });
    for (const { id, filename, mediaType, url } of references) {
      output.success(`Uploaded: ${output.style.bold(filename ?? id)}`);
      output.keyValue('File ID', id);
      output.keyValue('Media type', mediaType);
      output.keyValue('URL', url);
    }
  },
});

export const files: CommandGroup = { name: 'files', summary: 'Files of sessions', commands: [upload] };
