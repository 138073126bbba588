import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { ModelRequest, ModelSettings } from '@octavus/core';
import { boundedFetch } from '../ai-sdk/bounded-fetch.ts';
import { markCache } from '../ai-sdk/cache-marks.ts';
import { type SdkCall, toCall, withProviderOptions } from '../ai-sdk/to-call.ts';
import type { HostedSettings } from '../config.ts';
import { claudeTraits } from './anthropic-models.ts';
import { refusesFormatBesideTools } from './google.ts';
import { type HostedProvider, withDefaultPath } from './provider.ts';
import { imagesAndPdf, imagesPdfAndVideo } from './readable-media.ts';
import { claudeBudget, thinkingBudgets } from './thinking-budgets.ts';

export const openrouter: HostedProvider = {
  keyVariable: 'OPENROUTER_API_KEY',
  connect: async (settings) => {
    const provider = await connectOpenRouter(settings);
    // Strictness differs by what stands behind the router; the engine validates what comes back.
    return (modelId) => provider.chat(modelId, { usage: { include: true }, structuredOutputs: { strict: false } });
  },
  toCall: toOpenRouterCall,
  completesCutAnswers: true,
  reads: (modelId) => (modelId.startsWith('google/') ? imagesPdfAndVideo : imagesAndPdf),
};

/** Loads the library and connects it. */
export async function connectOpenRouter(settings: HostedSettings) {
  const { createOpenRouter } = await import('@openrouter/ai-sdk-provider');
  return createOpenRouter({
    apiKey: settings.apiKey,
    baseURL: openRouterUrl(settings),
    compatibility: 'strict',
    fetch: boundedFetch,
  });
}

export function openRouterUrl({ baseURL }: HostedSettings): string {
  return withDefaultPath(baseURL, '/api/v1') ?? 'https://openrouter.ai/api/v1';
}

function toOpenRouterCall(request: ModelRequest, modelId: string): SdkCall {
  const isClaude = modelId.startsWith('anthropic/');
  const call = toCall(request, {
    joinsSystem: !isClaude,
    responseFormat: formatOf(request, modelId),
  });
  if (isClaude) markCache(call.options, request.settings.cache, 'openrouter');
  const tools = isClaude && request.settings.cache !== 'off' ? markedTools(call.options.tools) : undefined;
  if (isReasoningOn(request.settings) && forbidsTemperature(modelId)) delete call.options.temperature;
  const reasoning = isClaude ? claudeReasoning(call.options, request.settings, modelId) : toReasoning(request.settings);
  // The library leaves refusals out of what it makes of a chunk.
  call.options.includeRawChunks = true;
  const ours = { ...(reasoning && { reasoning }), ...(tools && { tools }) };
  return withProviderOptions(call, 'openrouter', ours, request.providerOptions?.openrouter);
}

/**
 * Tools as the API takes them, with the cache mark that the library leaves out of its own: what stands in the options of the provider
 * takes the place of what it made.
 */
function markedTools(tools: LanguageModelV4CallOptions['tools']): object[] | undefined {
  return tools?.flatMap((tool) => {
    if (tool.type !== 'function') return [];
    const { name, description, inputSchema: parameters } = tool;
    const mark = tool.providerOptions?.openrouter?.cacheControl;
    return [{ type: 'function', function: { name, description, parameters }, ...(mark && { cache_control: mark }) }];
  });
}

function toReasoning({ thinking }: ModelSettings): object | undefined {
  if (thinking === undefined) return undefined;
  return thinking === 'off' ? { enabled: false } : { max_tokens: thinkingBudgets[thinking] };
}

/** An output limit is raised above the budget, as it is for Anthropic itself (runtime-semantics.md 6.6); `options` are changed in place. */
function claudeReasoning(
  options: LanguageModelV4CallOptions,
  settings: ModelSettings,
  modelId: string,
): object | undefined {
  const traits = claudeTraits(modelId);
  const cannotThink = traits.thinking === 'none' && traits.maxOutputTokens !== undefined;
  if (cannotThink) return undefined;
  const { thinking } = settings;
  if (thinking === undefined || thinking === 'off') return toReasoning(settings);
  const budget = claudeBudget(thinking, traits);
  const most = traits.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  if (options.maxOutputTokens !== undefined) options.maxOutputTokens = Math.min(options.maxOutputTokens + budget, most);
  return { max_tokens: budget };
}

function isReasoningOn({ thinking }: ModelSettings): boolean {
  return thinking !== undefined && thinking !== 'off';
}

function forbidsTemperature(modelId: string): boolean {
  return /^(?:anthropic|openai)\//.test(modelId);
}

function formatOf(request: ModelRequest, modelId: string): 'schema' | 'json' | 'prompt' {
  if (refusesFormatBesideTools(request, modelId)) return 'prompt';
  return takesSchemas(modelId) ? 'schema' : 'json';
}

/** Families whose models take a JSON Schema as response format; the others are asked by prompt. */
function takesSchemas(modelId: string): boolean {
  return /^(?:anthropic|openai|google|x-ai|mistralai)\//.test(modelId);
}
