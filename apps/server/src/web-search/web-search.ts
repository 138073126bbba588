import type { WebPage, WebSearch } from '@octavus/engine';
import type { SearchBackend, SearchRequest } from './backend.ts';

/** Longest wait for an answer, in milliseconds. */
const timeoutMs = 15_000;
/** Largest answer that is read. */
const maxAnswerBytes = 4 * 1024 * 1024;
const maxSnippetChars = 1_000;
const maxTitleChars = 300;

export interface WebSearchOptions {
  /** Default 15,000. */
  readonly timeoutMs?: number;
}

/** A web search through one backend: sends the request, bounds time and size, and makes plain text of what comes back. */
export function createWebSearch(backend: SearchBackend, options: WebSearchOptions = {}): WebSearch {
  return {
    async search({ query, maxResults }, signal) {
      const words = query.trim();
      if (words === '') return { problem: 'the query is empty.' };
      const timeout = AbortSignal.timeout(options.timeoutMs ?? timeoutMs);
      try {
        const answer = await fetchJson(backend.toRequest(words, maxResults), AbortSignal.any([signal, timeout]));
        if ('status' in answer) return { problem: refusalOf(backend, answer.status) };
        return { results: readablePages(backend.readPages(answer.json)).slice(0, maxResults) };
      } catch {
        const isLate = timeout.aborted && !signal.aborted;
        return { problem: isLate ? `${backend.name} took too long.` : `${backend.name} cannot be reached.` };
      }
    },
  };
}

async function fetchJson(
  { url, headers, body }: SearchRequest,
  signal: AbortSignal,
): Promise<{ readonly json: unknown } | { readonly status: number }> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    // The key in the headers is for this address alone.
    redirect: 'manual',
    signal,
  });
  if (!response.ok) {
    await response.body?.cancel();
    return { status: response.status };
  }
  return { json: JSON.parse(await readText(response)) };
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error('The answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function refusalOf({ name, variable }: SearchBackend, status: number): string {
  if (status === 401 || status === 403) return `${name} answered ${status}: the operator should check ${variable}.`;
  if (status === 429) return `${name} answered 429: too many searches, try again later.`;
  return `${name} answered ${status}.`;
}

/** Pages with an address that a person can open, each once. */
function readablePages(pages: readonly Partial<WebPage>[]): readonly WebPage[] {
  const byUrl = new Map<string, WebPage>();
  for (const { title, url, snippet } of pages) {
    if (url === undefined || !isWebAddress(url) || byUrl.has(url)) continue;
    byUrl.set(url, {
      title: toPlain(title ?? '', maxTitleChars) || url,
      url,
      snippet: toPlain(snippet ?? '', maxSnippetChars),
    });
  }
  return [...byUrl.values()];
}

function isWebAddress(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === 'http:' || protocol === 'https:';
}

/** Without the marks that some services put around the words that were searched. */
function toPlain(text: string, maxChars: number): string {
  const plain = text
    .slice(0, maxChars * 4)
    .replace(/<\/?(?:strong|em|b|i|mark)>/gi, '')
    .replace(/&(amp|lt|gt|quot|#39|#x27|nbsp);/gi, (_, name: string) => entities[name.toLowerCase()] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length > maxChars ? `${plain.slice(0, maxChars - 1).toWellFormed()}…` : plain;
}

const entities: { readonly [name: string]: string } = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  nbsp: ' ',
};
