import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { ModelRequest, ModelSettings } from '@octavus/core';
import { boundedFetch } from '../ai-sdk/bounded-fetch.ts';
import { type SdkCall, toCall, withProviderOptions } from '../ai-sdk/to-call.ts';
import type { HostedSettings } from '../config.ts';
import { type HostedProvider, withDefaultPath } from './provider.ts';
import { imagesOnly } from './readable-media.ts';

export const xAi: HostedProvider = {
  keyVariable: 'XAI_API_KEY',
  connect: connectXai,
  toCall: toXaiCall,
  reads: () => imagesOnly,
};

/** Loads the library and connects it. */
export async function connectXai({ apiKey, baseURL }: HostedSettings) {
  const { createXai } = await import('@ai-sdk/xai');
  return createXai({ apiKey, baseURL: withDefaultPath(baseURL, '/v1') ?? 'https://api.x.ai/v1', fetch: boundedFetch });
}

function toXaiCall(request: ModelRequest, modelId: string): SdkCall {
  const isExact = request.responseFormat?.isStrictCapable !== false;
  const call = toCall(request, { joinsSystem: true, responseFormat: isExact ? 'schema' : 'json' });
  const reasoning = effort(request.settings, modelId);
  // The library names the provider `xai`; nothing of the conversation is kept at the provider, and it caches by itself.
  const stored = withProviderOptions(call, 'xai', { store: false }, request.providerOptions?.['x-ai']);
  return reasoning ? { ...stored, options: { ...stored.options, reasoning } } : stored;
}

/** runtime-semantics.md 6.6: `max` is `xhigh` on grok-4.6 and `high` elsewhere, which the library settles; `off` sends nothing. */
function effort({ thinking }: ModelSettings, modelId: string): LanguageModelV4CallOptions['reasoning'] {
  if (thinking === undefined || thinking === 'off' || !takesEffort(modelId)) return undefined;
  return thinking === 'max' ? 'xhigh' : thinking;
}

/** Grok up to 4 refuses the parameter, 3-mini excepted. */
function takesEffort(modelId: string): boolean {
  return /^grok-3-mini/.test(modelId) || !/^grok-(?:[123]|4(?![.\d])|code|beta|vision)/.test(modelId);
}
