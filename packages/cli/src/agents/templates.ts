import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../package-root.ts';

/** What `init` can write, by name. Each is a folder of `templates/`. */
export const templates = {
  chat: { name: 'Assistant', description: 'Answers people.', format: 'interactive' },
  worker: { name: 'Shortener', description: 'Shortens texts.', format: 'worker' },
  support: { name: 'Support', description: 'Helps customers.', format: 'interactive' },
  tools: { name: 'Tool user', description: 'Answers with what its tools say.', format: 'interactive' },
} as const;

export type TemplateName = keyof typeof templates;

export interface TemplateOptions {
  readonly slug: string;
  /** Default: the template's. */
  readonly name?: string;
  /** The server whose schema editors read. */
  readonly apiUrl: string;
}

/** Address in the templates that stands for the user's server. */
const placeholderUrl = 'http://localhost:6282';

/** The files of a new agent folder, by path below it. */
export function fillTemplate(template: TemplateName, { slug, name, apiUrl }: TemplateOptions): Map<string, string> {
  const { name: defaultName, description, format } = templates[template];
  const settings = { slug, name: name ?? defaultName, description, format };
  const files = new Map([['settings.json', `${JSON.stringify(settings, null, 2)}\n`]]);
  const folder = fileURLToPath(new URL(`templates/${template}/`, packageRoot));
  for (const file of listFiles(folder)) {
    // npm leaves files out of packages whose names begin with a dot and `env`.
    const path = file === 'env.example' ? '.env.example' : file;
    files.set(path, readFileSync(join(folder, file), 'utf8').replaceAll(placeholderUrl, apiUrl));
  }
  return files;
}

function listFiles(folder: string, root: string = folder): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listFiles(path, root) : [relative(root, path).split('\\').join('/')];
    })
    .sort();
}
