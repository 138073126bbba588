import { createTwoFilesPatch } from 'diff';
import { readAgentFolder } from '../agents/agent-folder.ts';
import type { FileChange } from '../agents/compare.ts';
import { planSync } from '../agents/sync-agent.ts';
import { defineCommand } from '../command.ts';
import { exitCodes } from '../failures.ts';
import type { Style } from '../output.ts';

export const diff = defineCommand<[path: string], { readonly exitCode?: boolean }>({
  usage: 'diff <path>',
  summary: 'Show what sync would change on the server, as a unified diff',
  configure: (parser) => {
    parser.option('--exit-code', 'Exit 3 when something differs');
  },
  run: async (cli, [path], { exitCode }) => {
    const { output } = cli;
    const api = cli.connect();
    const { definition } = readAgentFolder(path, cli.cwd);
    const { slug } = definition.settings;
    const { changes, remote } = await planSync(api, definition);
    const patches = changes.map((change) => ({ ...change, patch: toPatch(change) }));
    if (output.isJson) {
      output.json({
        slug,
        exists: remote !== undefined,
        changes: patches.map(({ path, kind, patch }) => ({ path, kind, patch })),
      });
    }
    if (!remote) output.info(`The server has no agent ${output.style.bold(slug)}`);
    else if (changes.length === 0) output.info(`No differences: ${output.style.bold(slug)}`);
    for (const { patch } of patches) output.line(coloured(patch, output.style).trimEnd());
    return exitCode && changes.length > 0 ? exitCodes.differences : exitCodes.success;
  },
});

/** `/dev/null` stands for a file that is not there, as in git. */
function toPatch({ path, kind, before, after }: FileChange): string {
  const from = kind === 'added' ? '/dev/null' : `server/${path}`;
  const to = kind === 'removed' ? '/dev/null' : `local/${path}`;
  return createTwoFilesPatch(from, to, before, after, undefined, undefined, {
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  });
}

function coloured(patch: string, style: Style): string {
  const paintLine = (line: string) => {
    if (/^(---|\+\+\+) /.test(line)) return style.bold(line);
    if (line.startsWith('@@')) return style.path(line);
    if (line.startsWith('+')) return style.added(line);
    return line.startsWith('-') ? style.removed(line) : line;
  };
  return patch.split('\n').map(paintLine).join('\n');
}
