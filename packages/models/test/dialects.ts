import type { ModelsConfig } from '../src/index.ts';
import type { Framing } from './provider-server.ts';

/** What the suite has to know about a provider to play its server. */
export interface ProviderDialect {
  /** Full model id. */
  readonly model: string;
  /** `ANTHROPIC`, as in failure codes. */
  readonly code: string;
  /** Folder of its streams. */
  readonly fixtures: string;
  readonly framing: Framing;
  /** @param key `apiKey` unless given. */
  readonly config: (serverUrl: string, key?: string) => ModelsConfig;
  readonly errorBody: (error: { status: number; message: string; type: string; code?: string }) => string;
  /** It takes no key. */
  readonly isKeyless?: boolean;
  /** Header that carries the request id, where the provider has one. */
  readonly requestIdHeader?: string;
  /** It has a word for refusals beside the text. */
  readonly refusesInWords?: boolean;
  /** What its mid-stream error fixture becomes. */
  readonly midStreamError: { readonly errorType: string; readonly message: RegExp };
}

/** The key that every provider is called with. */
export const apiKey = 'test-key-0123456789';

/** As OpenAI and the servers that follow it write errors. */
const openAiError: ProviderDialect['errorBody'] = ({ message, type, code }) =>
  JSON.stringify({ error: { message, type, param: null, code: code ?? null } });

const midStreamError = { errorType: 'provider_error', message: /The server had an error/ } as const;

/** Every kind of server that models are reached at. */
export const dialects: { readonly [name: string]: ProviderDialect } = {
  anthropic: {
    model: 'anthropic/claude-sonnet-4-6',
    code: 'ANTHROPIC',
    fixtures: 'anthropic',
    framing: 'named-events',
    config: (baseURL, key = apiKey) => ({ anthropic: { apiKey: key, baseURL } }),
    errorBody: ({ message, type }) => JSON.stringify({ type: 'error', error: { type, message } }),
    requestIdHeader: 'request-id',
    midStreamError: { errorType: 'provider_overloaded', message: /Overloaded/ },
  },

  openai: {
    model: 'openai/gpt-5.4',
    code: 'OPENAI',
    fixtures: 'openai',
    refusesInWords: true,
    framing: 'named-events',
    config: (baseURL, key = apiKey) => ({ openai: { apiKey: key, baseURL } }),
    errorBody: openAiError,
    requestIdHeader: 'x-request-id',
    midStreamError,
  },

  google: {
    model: 'google/gemini-2.5-flash',
    code: 'GOOGLE',
    fixtures: 'google',
    framing: 'data-only',
    config: (baseURL, key = apiKey) => ({ google: { apiKey: key, baseURL } }),
    errorBody: ({ status, message, type }) => JSON.stringify({ error: { code: status, message, status: type } }),
    requestIdHeader: 'x-goog-request-id',
    midStreamError,
  },

  'x-ai': {
    model: 'x-ai/grok-4.3',
    code: 'X_AI',
    fixtures: 'x-ai',
    framing: 'data-only',
    config: (baseURL, key = apiKey) => ({ 'x-ai': { apiKey: key, baseURL } }),
    errorBody: openAiError,
    requestIdHeader: 'x-request-id',
    midStreamError,
  },

  openrouter: {
    model: 'openrouter/openai/gpt-5.4',
    code: 'OPENROUTER',
    fixtures: 'openrouter',
    refusesInWords: true,
    framing: 'data-only',
    config: (baseURL, key = apiKey) => ({ openrouter: { apiKey: key, baseURL } }),
    errorBody: ({ status, message, type }) =>
      JSON.stringify({
        error: {
          code: status,
          message: 'Provider returned error',
          metadata: { provider_name: 'OpenAI', raw: JSON.stringify({ error: { message, type } }) },
          type,
        },
      }),
    requestIdHeader: 'x-generation-id',
    midStreamError,
  },

  'compatible server': {
    model: 'my-server/small-model',
    code: 'MY_SERVER',
    fixtures: 'chat',
    refusesInWords: true,
    framing: 'data-only',
    config: (url, key = apiKey) => ({ compatible: { 'my-server': { baseURL: `${url}/v1`, apiKey: key } } }),
    errorBody: openAiError,
    requestIdHeader: 'x-request-id',
    midStreamError,
  },

  ollama: {
    model: 'ollama/llama3.2:3b',
    code: 'OLLAMA',
    fixtures: 'chat',
    refusesInWords: true,
    framing: 'data-only',
    config: (baseURL) => ({ ollama: { baseURL } }),
    isKeyless: true,
    errorBody: openAiError,
    midStreamError,
  },
};
