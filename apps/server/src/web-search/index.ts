import type { SearchBackend } from './backend.ts';
import { createBrave } from './brave.ts';
import { createExa } from './exa.ts';
import { createSearxng } from './searxng.ts';
import { createTavily } from './tavily.ts';

/** The search services, in the order in which they are chosen when several are configured. */
const backends = [
  { variable: 'TAVILY_API_KEY', open: (apiKey) => createTavily({ apiKey }) },
  { variable: 'BRAVE_SEARCH_API_KEY', open: (apiKey) => createBrave({ apiKey }) },
  { variable: 'EXA_API_KEY', open: (apiKey) => createExa({ apiKey }) },
  { variable: 'SEARXNG_BASE_URL', open: (baseUrl) => createSearxng({ baseUrl }) },
] as const satisfies readonly { readonly variable: string; open(value: string): SearchBackend }[];

export type SearchVariable = (typeof backends)[number]['variable'];

/** Variables that configure a search service. */
export const searchVariables: readonly SearchVariable[] = backends.map(({ variable }) => variable);

/** Which service to search with: the variable that was set, and its value. */
export interface SearchChoice {
  readonly variable: SearchVariable;
  readonly value: string;
}

export function openSearchBackend({ variable, value }: SearchChoice): SearchBackend {
  return backends.find((backend) => backend.variable === variable)!.open(value);
}
