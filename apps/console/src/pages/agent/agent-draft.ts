import type { AgentFiles } from '@octavus/console-api';

/** What a new agent begins with: it can be previewed as it is. */
export const newAgent: AgentFiles = {
  settings: { slug: '', name: '', format: 'interactive' },
  protocol: `triggers:
  user-message:
    input:
      USER_MESSAGE:
        type: string

agent:
  model: offline/default
  system: system

handlers:
  user-message:
    Add the message:
      block: add-message
      role: user
      prompt: user-message
      input: [USER_MESSAGE]
      display: hidden

    Answer:
      block: next-message
`,
  prompts: [
    { name: 'system', content: 'You are a helpful assistant.\n' },
    { name: 'user-message', content: '{{USER_MESSAGE}}\n' },
  ],
  references: [],
};

/** The files of a new agent that begins as another one; two agents cannot have the same slug. */
export function toCopy({ settings, ...files }: AgentFiles): AgentFiles {
  return { ...files, settings: { ...settings, slug: `${settings.slug}-copy`, name: `Copy of ${settings.name}` } };
}

/** A file of an agent as findings name it: `protocol`, `prompts/<name>` or `references/<name>`. */
export type FileName = string;

export function fileNames({ prompts, references }: AgentFiles): FileName[] {
  return [
    'protocol',
    ...prompts.map(({ name }) => `prompts/${name}`),
    ...references.map(({ name }) => `references/${name}`),
  ];
}

export function readFile(files: AgentFiles, name: FileName): string {
  if (name === 'protocol') return files.protocol;
  const list: readonly { name: string; content: string }[] = name.startsWith('prompts/')
    ? files.prompts
    : files.references;
  return list.find((file) => file.name === nameInFolder(name))?.content ?? '';
}

export function writeFile(files: AgentFiles, name: FileName, content: string): AgentFiles {
  if (name === 'protocol') return { ...files, protocol: content };
  const own = nameInFolder(name);
  const write = <File extends { name: string; content: string }>(list: File[]) =>
    list.map((file) => (file.name === own ? { ...file, content } : file));
  return name.startsWith('prompts/')
    ? { ...files, prompts: write(files.prompts) }
    : { ...files, references: write(files.references) };
}

export function addPrompt(files: AgentFiles, name: string): AgentFiles {
  return { ...files, prompts: [...files.prompts, { name, content: '' }] };
}

export function addReference(files: AgentFiles, name: string, description: string): AgentFiles {
  return { ...files, references: [...files.references, { name, description, content: '' }] };
}

export function removeFile(files: AgentFiles, name: FileName): AgentFiles {
  const own = nameInFolder(name);
  return name.startsWith('prompts/')
    ? { ...files, prompts: files.prompts.filter((file) => file.name !== own) }
    : { ...files, references: files.references.filter((file) => file.name !== own) };
}

export function isSame(a: AgentFiles, b: AgentFiles): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function nameInFolder(name: FileName): string {
  return name.slice(name.indexOf('/') + 1);
}
