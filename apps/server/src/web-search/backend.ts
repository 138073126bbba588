import type { WebPage } from '@octavus/engine';

/** A search service in its own terms. */
export interface SearchBackend {
  /** For people: `Brave`. */
  readonly name: string;
  /** The variable that configures it, named when it refuses. */
  readonly variable: string;
  /** What to send for a search. */
  toRequest(query: string, maxResults: number): SearchRequest;
  /** Reads the pages off a JSON answer of any shape; what is not as expected is passed over. */
  readPages(answer: unknown): readonly Partial<WebPage>[];
}

export interface SearchRequest {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  /** Absent: a GET. */
  readonly body?: unknown;
}

/** Where a backend is reached. */
export interface KeyedSettings {
  readonly apiKey: string;
  /** Absent: the service's public address. */
  readonly baseUrl?: string;
}

export function itemsOf(value: unknown): readonly { readonly [key: string]: unknown }[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
}

export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as { [key: string]: unknown })[name] : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
