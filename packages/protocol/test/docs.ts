import { readdirSync, readFileSync } from 'node:fs';

/** A complete protocol of the documentation. */
export interface DocsExample {
  readonly page: string;
  readonly line: number;
  readonly format: 'interactive' | 'worker';
  readonly protocol: string;
  readonly prompts: ReadonlyMap<string, string>;
}

/** A fenced block, with the marker comment above it (`<!-- example: worker -->`, `<!-- prompt: shared/tone -->`). */
interface Fence {
  readonly line: number;
  readonly language: string;
  readonly marker: string | undefined;
  readonly value: string;
  readonly text: string;
}

const folder = new URL('../../../docs/protocol/', import.meta.url);
const fence = /(?:<!-- (?<marker>\w+): (?<value>\S+) -->\n)?^```(?<language>\w*)\n(?<text>.*?)^```$/gms;

/** Names of the pages of `docs/protocol`. */
export function docsPages(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.md'));
}

export function readPage(page: string): string {
  return readFileSync(new URL(page, folder), 'utf8');
}

export function readFences(page: string): Fence[] {
  const content = readPage(page);
  return [...content.matchAll(fence)].map((match) => {
    const { marker, value = '', language = '', text = '' } = match.groups!;
    return { line: content.slice(0, match.index).split('\n').length, language, marker, value, text };
  });
}

/**
 * The examples of a page: every fence marked `example`, with the prompts marked below it. The prompts `system` and `user-message`
 * exist without being written down.
 */
export function readExamples(page: string): DocsExample[] {
  const examples: DocsExample[] = [];
  let prompts = new Map<string, string>();
  for (const { marker, value, line, text } of readFences(page)) {
    if (marker === 'example') {
      prompts = new Map([
        ['system', 'You help.\n'],
        ['user-message', '{{USER_MESSAGE}}\n'],
      ]);
      examples.push({ page, line, format: value === 'worker' ? 'worker' : 'interactive', protocol: text, prompts });
    } else if (marker === 'prompt') prompts.set(value, text);
  }
  return examples;
}
