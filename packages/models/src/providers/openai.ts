import type { ModelRequest } from '@octavus/core';
import { boundedFetch } from '../ai-sdk/bounded-fetch.ts';
import { type SdkCall, toCall, withProviderOptions } from '../ai-sdk/to-call.ts';
import { toStrictSchema } from '../schema/strict.ts';
import { openAiCacheOptions, openAiEffort } from './openai-models.ts';
import { type HostedProvider, withDefaultPath } from './provider.ts';
import { imagesAndPdf } from './readable-media.ts';

/** OpenAI through the Responses API, which stores nothing; reasoning travels with the conversation, encrypted. */
export const openai: HostedProvider = {
  keyVariable: 'OPENAI_API_KEY',
  connect: async ({ apiKey, baseURL }) => {
    const { createOpenAI } = await import('@ai-sdk/openai');
    const provider = createOpenAI({
      apiKey,
      baseURL: withDefaultPath(baseURL, '/v1') ?? 'https://api.openai.com/v1',
      fetch: boundedFetch,
    });
    return (modelId) => provider.responses(modelId);
  },
  toCall: toOpenAiCall,
  reads: () => imagesAndPdf,
};

function toOpenAiCall(request: ModelRequest, modelId: string): SdkCall {
  const { settings, responseFormat, cacheKey } = request;
  const call = toCall(request, { joinsSystem: true, isStrict: true, responseFormat: 'schema' });
  const effort = settings.thinking === undefined ? undefined : openAiEffort(modelId, settings.thinking);
  const isStrict = responseFormat?.isStrictCapable === true && toStrictSchema(responseFormat.schema) !== undefined;
  return withProviderOptions(
    call,
    'openai',
    {
      store: false,
      ...(effort !== undefined && { reasoningEffort: effort }),
      ...(effort !== undefined && settings.thinking !== 'off' && { reasoningSummary: 'auto' }),
      ...(effort !== undefined && settings.thinking === 'off' && { reasoningSummary: null }),
      ...(responseFormat && { strictJsonSchema: isStrict }),
      ...(settings.cache !== 'off' && {
        ...(cacheKey !== undefined && { promptCacheKey: cacheKey }),
        ...openAiCacheOptions(modelId, settings.cache),
      }),
    },
    request.providerOptions?.openai,
  );
}
