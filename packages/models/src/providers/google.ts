import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { ModelRequest, ModelSettings, ThinkingLevel } from '@octavus/core';
import { boundedFetch } from '../ai-sdk/bounded-fetch.ts';
import { type SdkCall, toCall, withProviderOptions } from '../ai-sdk/to-call.ts';
import type { HostedSettings } from '../config.ts';
import { type HostedProvider, withDefaultPath } from './provider.ts';
import { imagesPdfAndVideo } from './readable-media.ts';

export const google: HostedProvider = {
  keyVariable: 'GOOGLE_GENERATIVE_AI_API_KEY',
  connect: connectGoogle,
  toCall: toGoogleCall,
  reads: () => imagesPdfAndVideo,
  takesOwnFiles: true,
};

/** Loads the library and connects it. */
export async function connectGoogle({ apiKey, baseURL }: HostedSettings) {
  const { createGoogle } = await import('@ai-sdk/google');
  return createGoogle({
    apiKey,
    baseURL: withDefaultPath(baseURL, '/v1beta') ?? 'https://generativelanguage.googleapis.com/v1beta',
    fetch: boundedFetch,
  });
}

/** Tokens to think with, up to Gemini 2.x (runtime-semantics.md 6.6). */
const budgets: { readonly [Level in ThinkingLevel]: number } = { low: 1_024, medium: 8_192, high: 24_576, max: 65_536 };

function toGoogleCall(request: ModelRequest, modelId: string): SdkCall {
  const responseFormat = refusesFormatBesideTools(request, modelId) ? 'prompt' : 'schema';
  const call = toCall(request, { joinsSystem: true, takesAssistantFiles: true, responseFormat });
  const { config, reasoning } = thinking(request.settings, modelId);
  const withConfig = withProviderOptions(
    call,
    'google',
    config ? { thinkingConfig: config } : {},
    request.providerOptions?.google,
  );
  return reasoning ? { ...withConfig, options: { ...withConfig.options, reasoning } } : withConfig;
}

/** Gemini up to 2 refuses a response format in a request that has tools (ai.google.dev, structured output; Gemini 3 takes both). */
export function refusesFormatBesideTools({ tools }: ModelRequest, modelId: string): boolean {
  return tools.length > 0 && /gemini-[12](?![0-9])/.test(modelId);
}

interface Thinking {
  readonly config?: object;
  readonly reasoning?: LanguageModelV4CallOptions['reasoning'];
}

/** runtime-semantics.md 6.6. Gemini before 2.5 and other families cannot think and are sent nothing. */
function thinking({ thinking: level }: ModelSettings, modelId: string): Thinking {
  const isGemini25 = /gemini-2\.5/.test(modelId);
  const isOlder = /gemini-(?:1|2(?!\.5))/.test(modelId);
  if (level === undefined || !/(?:^|\/)gemini-/.test(modelId) || isOlder) return {};
  // The library knows the lowest level or budget of each model.
  if (level === 'off') return { reasoning: 'none' };
  if (isGemini25) {
    const most = /2\.5-pro/.test(modelId) ? 32_768 : 24_576;
    return { config: { thinkingBudget: Math.min(budgets[level], most), includeThoughts: true } };
  }
  return { config: { thinkingLevel: level === 'low' ? 'low' : 'high', includeThoughts: true } };
}
