import { fieldOf, itemsOf, type KeyedSettings, type SearchBackend, textOf } from './backend.ts';

/** Longest query that the service takes. */
const maxQueryChars = 400;

/** Source of the wire format: api-dashboard.search.brave.com, `GET /res/v1/web/search`. */
export function createBrave({ apiKey, baseUrl = 'https://api.search.brave.com' }: KeyedSettings): SearchBackend {
  return {
    name: 'Brave',
    variable: 'BRAVE_SEARCH_API_KEY',
    toRequest: (query, maxResults) => {
      const parameters = new URLSearchParams({
        q: query.slice(0, maxQueryChars),
        count: String(maxResults),
        text_decorations: 'false',
      });
      return { url: `${baseUrl}/res/v1/web/search?${parameters}`, headers: { 'x-subscription-token': apiKey } };
    },
    readPages: (answer) =>
      itemsOf(fieldOf(fieldOf(answer, 'web'), 'results')).map(({ title, url, description }) => ({
        title: textOf(title),
        url: textOf(url),
        snippet: textOf(description),
      })),
  };
}
