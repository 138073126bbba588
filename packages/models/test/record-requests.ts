import type { ModelRequest } from '@octavus/core';
import { createModels, type Models, type ModelsConfig } from '../src/index.ts';
import { failing, openProviderServer, type ReceivedRequest } from './provider-server.ts';
import { collect } from './requests.ts';

/** Every provider at one server that refuses whatever it is asked. */
export interface RequestRecorder extends AsyncDisposable {
  readonly url: string;
  readonly models: Models;
  /** What goes over the wire: the body, with the path and the headers. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what was sent without saying what it may be
  sent(id: string, request: ModelRequest): Promise<{ readonly [field: string]: any } & Omit<ReceivedRequest, 'body'>>;
}

export async function recordRequests(): Promise<RequestRecorder> {
  const server = await openProviderServer(failing(400, '{}'));
  const { url } = server;
  const models = createModels(everything(url));
  return {
    url,
    models,
    async sent(id, request) {
      const resolved = models.resolve(id);
      if (!('model' in resolved)) throw new Error(resolved.failure.message);
      const before = server.requests.length;
      const parts = await collect(resolved.model.stream(request, new AbortController().signal));
      const received = server.requests[before];
      if (!received) throw new Error(`nothing was sent: ${JSON.stringify(parts)}`);
      return { ...received.body, path: received.path, headers: received.headers };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function everything(url: string): ModelsConfig {
  const key = { apiKey: 'k', baseURL: url };
  return {
    anthropic: key,
    openai: key,
    google: key,
    'x-ai': key,
    openrouter: key,
    ollama: { baseURL: url },
    compatible: { lab: { baseURL: `${url}/v1` } },
  };
}
