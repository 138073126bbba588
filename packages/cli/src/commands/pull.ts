import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createDiagnosticCollector, isPromptName, isSlug, readAgentFiles, writeAgentFiles } from '@octavus/protocol';
import { readFiles } from '../agents/agent-files.ts';
import { findAgent, type RemoteAgent } from '../agents/remote-agent.ts';
import { defineCommand } from '../command.ts';
import { CliFailure, FileFailure } from '../failures.ts';
import { isFile, readBytes } from '../files/read-files.ts';
import { writeFiles } from '../files/write-files.ts';

export const pull = defineCommand<[slug: string, dir: string | undefined], { readonly force?: boolean }>({
  usage: 'pull <slug> [dir]',
  summary: 'Write an agent of the server into a folder (default: the slug), the inverse of sync',
  configure: (parser) => {
    parser.option('--force', 'Replace files that differ');
  },
  run: async (cli, [slug, dir = slug], { force = false }) => {
    const { output } = cli;
    const agent = await findAgent(cli.connect(), slug);
    if (!agent) throw new CliFailure('NOT_FOUND', `Agent not found: ${slug}`);
    const folder = resolve(cli.cwd, dir);
    const files = filesOf(agent, folder);
    const differing = [...files].filter(
      ([path, content]) => existsSync(join(folder, path)) && !holds(folder, path, content),
    );
    if (differing.length > 0 && !force) {
      const names = differing.map(([path]) => path).join(', ');
      throw new FileFailure(`These files differ, --force replaces them: ${names}`, folder);
    }
    const wanted = new Map([...files].filter(([path, content]) => !holds(folder, path, content)));
    writeFiles(folder, wanted);
    if (output.isJson) output.json({ slug, agentId: agent.id, folder, written: [...wanted.keys()] });
    for (const path of wanted.keys()) output.detail(`  ${path}`);
    output.success(`Pulled: ${output.style.bold(slug)} into ${output.style.path(dir)}`);
    for (const path of localOnly(folder, files)) output.warning(`Only local, the next sync adds it: ${path}`);
  },
});

/** Names come from the server and become paths: only what a folder can hold is taken. */
function filesOf({ definition }: RemoteAgent, folder: string): ReadonlyMap<string, string> {
  for (const { name } of definition.prompts) if (!isPromptName(name)) throw unusable(`prompts/${name}`);
  for (const { name } of definition.references) if (!isSlug(name)) throw unusable(`references/${name}`);
  const files = new Map(writeAgentFiles(definition));
  const isShort = !existsSync(join(folder, 'protocol.yaml')) && existsSync(join(folder, 'protocol.yml'));
  if (isShort) {
    files.set('protocol.yml', definition.protocol);
    files.delete('protocol.yaml');
  }
  return files;
}

function unusable(name: string): CliFailure {
  return new CliFailure('UNKNOWN', `The server has "${name}", which cannot be the name of a file`);
}

/** Whether a file says the same, byte for byte or, for settings and references, in another formatting. */
function holds(folder: string, path: string, content: string): boolean {
  const file = join(folder, path);
  if (!isFile(file)) return false;
  const bytes = readBytes(file);
  if (bytes.equals(Buffer.from(content))) return true;
  return !/^prompts\/|^protocol\./.test(path) && meaning(path, bytes) === meaning(path, content);
}

function meaning(path: string, content: string | Uint8Array): string {
  const collector = createDiagnosticCollector();
  const { settings, references } = readAgentFiles(new Map([[path, content]]), collector.report);
  const isBroken = collector.finish().errors.length > 0;
  return isBroken ? 'broken' : JSON.stringify([settings && Object.entries(settings).sort(), references]);
}

function localOnly(folder: string, files: ReadonlyMap<string, string>): string[] {
  return [...readFiles(folder).keys()].filter((path) => !files.has(path));
}
