import type { ConsoleProvider, ResponseOf } from '@octavus/console-api';
import { type ModelRequest, OctavusError } from '@octavus/core';
import type { Models, ModelsConfig } from '@octavus/models';

export type ProviderTest = ResponseOf<'POST /console/api/settings/providers/:providerId/test'>;

/** What the variables of the built-in providers begin with. */
const prefixes: Readonly<Record<'anthropic' | 'openai' | 'google' | 'x-ai' | 'openrouter', string>> = {
  anthropic: 'ANTHROPIC',
  openai: 'OPENAI',
  google: 'GOOGLE_GENERATIVE_AI',
  'x-ai': 'XAI',
  openrouter: 'OPENROUTER',
};

/** Longest wait for the answer to a test, in milliseconds. */
const testMs = 20_000;

const greeting: ModelRequest = {
  system: [],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Say hello.' }] }],
  tools: [],
  toolChoice: 'none',
  settings: { speed: 'standard', cache: 'off', maxOutputTokens: 256 },
};

/** The model providers of the installation, with the names of their variables and never a value. */
export function listProviders(models: Models, config: ModelsConfig): ConsoleProvider[] {
  return models.providers().map(({ id, configured }) => {
    const testModel = firstModelOf(models, id);
    return {
      id,
      isConfigured: configured,
      variables: variablesOf(id, config),
      ...(testModel !== undefined && { testModel }),
    };
  });
}

/** @throws OctavusError NOT_FOUND for an unknown provider, VALIDATION_ERROR when no model is named and none is known. */
export async function testProvider(
  models: Models,
  providerId: string,
  named: string | undefined,
): Promise<ProviderTest> {
  if (!models.providers().some(({ id }) => id === providerId))
    throw new OctavusError('NOT_FOUND', { resource: 'Provider' });
  const model = named ?? firstModelOf(models, providerId);
  if (model === undefined) {
    const issues = [{ path: 'model', message: 'Required' }];
    throw new OctavusError('VALIDATION_ERROR', { reason: 'name a model of this provider' }, { issues });
  }
  const resolved = models.resolve(`${providerId}/${model}`);
  if ('failure' in resolved) return { ok: false, model, message: resolved.failure.message };
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(testMs);
  for await (const parts of resolved.model.stream(greeting, signal)) {
    for (const part of parts) {
      if (part.type === 'error') return { ok: false, model, message: part.failure.message };
      if (part.type === 'finish') return { ok: true, model, durationMs: Math.round(performance.now() - startedAt) };
    }
  }
  return { ok: false, model, message: `No answer within ${testMs / 1000} s` };
}

function firstModelOf(models: Models, providerId: string): string | undefined {
  const known = models.list().find(({ provider }) => provider === providerId);
  return known?.id.slice(providerId.length + 1);
}

type Variables = ConsoleProvider['variables'];

function variablesOf(id: string, config: ModelsConfig): Variables {
  if (id === 'offline') return [];
  if (id === 'ollama') return [{ name: 'OLLAMA_BASE_URL', isSet: config.ollama?.baseURL !== undefined }];
  if (!isHosted(id)) {
    const prefix = `OPENAI_COMPATIBLE_${id.toUpperCase().replaceAll('-', '_')}`;
    return toVariables(prefix, config.compatible?.[id]);
  }
  return toVariables(prefixes[id], config[id]);
}

function isHosted(id: string): id is keyof typeof prefixes {
  return Object.hasOwn(prefixes, id);
}

function toVariables(
  prefix: string,
  settings: { readonly apiKey?: string; readonly baseURL?: string } = {},
): Variables {
  return [
    { name: `${prefix}_API_KEY`, isSet: settings.apiKey !== undefined },
    { name: `${prefix}_BASE_URL`, isSet: settings.baseURL !== undefined },
  ];
}
