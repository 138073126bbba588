import { fieldOf, itemsOf, type KeyedSettings, type SearchBackend, textOf } from './backend.ts';

/** How much of a page's text comes with a result. */
const textChars = 500;

/** Source of the wire format: docs.exa.ai, `POST /search`. */
export function createExa({ apiKey, baseUrl = 'https://api.exa.ai' }: KeyedSettings): SearchBackend {
  return {
    name: 'Exa',
    variable: 'EXA_API_KEY',
    toRequest: (query, maxResults) => ({
      url: `${baseUrl}/search`,
      headers: { 'x-api-key': apiKey },
      body: { query, numResults: maxResults, contents: { text: { maxCharacters: textChars } } },
    }),
    readPages: (answer) =>
      itemsOf(fieldOf(answer, 'results')).map(({ title, url, text }) => ({
        title: textOf(title),
        url: textOf(url),
        snippet: textOf(text),
      })),
  };
}
