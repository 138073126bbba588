import { fieldOf, itemsOf, type SearchBackend, textOf } from './backend.ts';

/**
 * A SearXNG of one's own; its settings must allow the format `json`. It takes no number of results, so surplus ones are cut off.
 * Source of the wire format: docs.searxng.org, Search API.
 */
export function createSearxng({ baseUrl }: { readonly baseUrl: string }): SearchBackend {
  const base = baseUrl.replace(/\/+$/, '');
  return {
    name: 'SearXNG',
    variable: 'SEARXNG_BASE_URL',
    toRequest: (query) => ({ url: `${base}/search?${new URLSearchParams({ q: query, format: 'json' })}`, headers: {} }),
    readPages: (answer) =>
      itemsOf(fieldOf(answer, 'results')).map(({ title, url, content }) => ({
        title: textOf(title),
        url: textOf(url),
        snippet: textOf(content),
      })),
  };
}
