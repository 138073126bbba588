import { fieldOf, itemsOf, type KeyedSettings, type SearchBackend, textOf } from './backend.ts';

/** Source of the wire format: docs.tavily.com, `POST /search`. */
export function createTavily({ apiKey, baseUrl = 'https://api.tavily.com' }: KeyedSettings): SearchBackend {
  return {
    name: 'Tavily',
    variable: 'TAVILY_API_KEY',
    toRequest: (query, maxResults) => ({
      url: `${baseUrl}/search`,
      headers: { authorization: `Bearer ${apiKey}` },
      body: { query, max_results: maxResults, search_depth: 'basic' },
    }),
    readPages: (answer) =>
      itemsOf(fieldOf(answer, 'results')).map(({ title, url, content }) => ({
        title: textOf(title),
        url: textOf(url),
        snippet: textOf(content),
      })),
  };
}
