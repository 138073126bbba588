import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes files by path below the folder. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
}

export async function temporaryFolder(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'octavus-cli-'));
  const write: TemporaryFolder['write'] = (all) => {
    for (const [name, content] of Object.entries(all)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
  };
  write(files);
  return { path, write, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The files of a small valid agent, below a folder of its slug. */
export function anAgent(slug: string, changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const files: Record<string, string> = {
    'settings.json': `${JSON.stringify({ slug, name: 'Front Desk', description: 'Greets', format: 'interactive' }, null, 2)}\n`,
    'protocol.yaml': deskProtocol,
    'prompts/system.md': 'You greet guests.\n',
    'prompts/user-message.md': '{{USER_MESSAGE}}\n',
    ...changes,
  };
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`${slug}/${name}`, content]));
}

/** The files of a worker that answers with what a model says. */
export function aWorker(slug: string): Record<string, string> {
  const protocol = `input:
  TEXT: { type: string }
variables:
  SUMMARY: { type: string }
steps:
  Open:
    block: start-thread
    thread: work
    model: offline/default
    system: system
  Ask:
    block: add-message
    thread: work
    role: user
    prompt: text
    input: [TEXT]
  Answer:
    block: next-message
    thread: work
    output: SUMMARY
output: SUMMARY
`;
  return {
    [`${slug}/settings.json`]: JSON.stringify({ slug, name: 'Worker', format: 'worker' }),
    [`${slug}/protocol.yaml`]: protocol,
    [`${slug}/prompts/system.md`]: 'You shorten texts.\n',
    [`${slug}/prompts/text.md`]: '{{TEXT}}\n',
  };
}

export const deskProtocol = `triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
tools:
  find-room:
    description: Finds a free room
    parameters:
      beds: { type: integer }
agent:
  model: offline/default
  system: system
  tools: [find-room]
  agentic: true
handlers:
  user-message:
    Add:
      block: add-message
      role: user
      prompt: user-message
      input: [USER_MESSAGE]
    Answer:
      block: next-message
`;
