import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `POST /api/agents` takes. */
export interface Definition {
  readonly settings: {
    readonly slug: string;
    readonly name: string;
    readonly description?: string;
    readonly format: string;
  };
  readonly protocol: string;
  readonly prompts: readonly { readonly name: string; readonly content: string }[];
}

export const agentsFolder = join(import.meta.dirname, '../agents');

/** Reads an agent folder of this directory. */
export function loadAgent(name: string): Definition {
  const folder = join(agentsFolder, name);
  return {
    settings: JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')),
    protocol: readFileSync(join(folder, 'protocol.yaml'), 'utf8'),
    prompts: readdirSync(join(folder, 'prompts'))
      .sort()
      .map((file) => ({
        name: file.replace(/\.md$/, ''),
        content: readFileSync(join(folder, 'prompts', file), 'utf8'),
      })),
  };
}

let copies = 0;

/** The shop desk under a slug of its own, on another model, with further settings of the `agent:` section. */
export function shopDesk(model = 'offline/instant', settings: Readonly<Record<string, string>> = {}): Definition {
  const original = loadAgent('shop-desk');
  const slug = `${original.settings.slug}-${++copies}`;
  const extra = Object.entries(settings).map(([key, value]) => `\n  ${key}: ${value}`);
  return {
    ...original,
    settings: { ...original.settings, slug },
    protocol: original.protocol.replace('model: offline/instant', `model: ${model}${extra.join('')}`),
  };
}
