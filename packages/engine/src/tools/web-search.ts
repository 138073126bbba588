import type { OfferedTool } from './offered-tool.ts';

/** protocol-language.md 8.1 */
const defaultResults = 5;
const mostResults = 20;

/** `octavus_web_search`: what the installation's search backend finds, each page as a source of the message. */
export const searchWeb: NonNullable<OfferedTool['run']> = async ({ input }, { ports, signal }) => {
  const { webSearch } = ports;
  if (!webSearch) return { outcome: { error: noBackend } };
  const wanted = typeof input.maxResults === 'number' ? input.maxResults : defaultResults;
  const maxResults = Math.min(mostResults, Math.max(1, wanted));
  const found = await webSearch.search({ query: String(input.query), maxResults }, signal);
  if ('problem' in found) return { outcome: { error: `The web search failed: ${found.problem}` } };
  const results = found.results.map(({ title, url, snippet }) => ({ title, url, snippet }));
  return { outcome: { result: { results } }, sources: results.map(({ title, url }) => ({ url, title })) };
};

const noBackend = 'This server has no web search: no search backend is configured.';
