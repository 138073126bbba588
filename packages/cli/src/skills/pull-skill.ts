import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { toSegment } from '../api/segment.ts';
import { defineCommand } from '../command.ts';
import { ApiFailure, CliFailure, FileFailure } from '../failures.ts';
import { isFile, readBytes } from '../files/read-files.ts';
import { writeFiles } from '../files/write-files.ts';
import { listSkillFiles } from './pack-skill.ts';
import { unpackSkill } from './unpack-skill.ts';

export const pull = defineCommand<[slug: string, dir: string | undefined], { readonly force?: boolean }>({
  usage: 'pull <slug> [dir]',
  summary: 'Write a skill of the server into a folder (default: the slug), the inverse of sync; secrets stay there',
  configure: (parser) => {
    parser.option('--force', 'Replace files that differ');
  },
  run: async (cli, [slug, dir = slug], { force = false }) => {
    const { output } = cli;
    const path = `/api/skills/${toSegment(slug)}/archive?by=slug`;
    const archive = await cli
      .connect()
      .download(path, 'application/zip')
      .catch((error: unknown) => {
        const isUnknown = error instanceof ApiFailure && error.status === 404;
        throw isUnknown ? new CliFailure('NOT_FOUND', `Skill not found: ${slug}`) : error;
      });
    const files = unpackSkill(archive);
    const folder = resolve(cli.cwd, dir);
    const wanted = new Map([...files].filter(([name, bytes]) => !holds(join(folder, name), bytes)));
    const differing = [...wanted.keys()].filter((name) => existsSync(join(folder, name)));
    if (differing.length > 0 && !force) {
      throw new FileFailure(`These files differ, --force replaces them: ${differing.join(', ')}`, folder);
    }
    writeFiles(folder, wanted);
    if (output.isJson) output.json({ slug, folder, written: [...wanted.keys()] });
    for (const name of wanted.keys()) output.detail(`  ${name}`);
    output.success(`Pulled: ${output.style.bold(slug)} into ${output.style.path(dir)}`);
    for (const name of listSkillFiles(folder).files) {
      if (!files.has(name)) output.warning(`Only local, the next sync adds it: ${name}`);
    }
  },
});

function holds(file: string, bytes: Uint8Array): boolean {
  return isFile(file) && readBytes(file).equals(bytes);
}
