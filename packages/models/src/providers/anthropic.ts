import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { JsonObject, ModelRequest, ModelSettings } from '@octavus/core';
import { boundedFetch } from '../ai-sdk/bounded-fetch.ts';
import { markCache } from '../ai-sdk/cache-marks.ts';
import { type SdkCall, toCall, withProviderOptions } from '../ai-sdk/to-call.ts';
import { type ClaudeTraits, claudeTraits, hasFastMode } from './anthropic-models.ts';
import type { HostedProvider } from './provider.ts';
import { imagesAndPdf } from './readable-media.ts';
import { claudeBudget } from './thinking-budgets.ts';

/** Output limit of a model we do not know; Anthropic wants one (runtime-semantics.md 6.6). */
const unknownMaxOutputTokens = 8_192;

export const anthropic: HostedProvider = {
  keyVariable: 'ANTHROPIC_API_KEY',
  connect: async ({ apiKey, baseURL }) => {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    return createAnthropic({ apiKey, baseURL: versioned(baseURL), fetch: boundedFetch });
  },
  toCall: toAnthropicCall,
  reads: () => imagesAndPdf,
};

function toAnthropicCall(request: ModelRequest, modelId: string): SdkCall {
  const traits = claudeTraits(modelId);
  const call = toCall(request, { joinsSystem: false, responseFormat: 'schema' });
  const { tools, skills, ...passed } = request.providerOptions?.anthropic ?? {};
  addProviderTools(call.options, tools, skills);
  markCache(call.options, request.settings.cache, 'anthropic');
  call.options.maxOutputTokens ??= traits.maxOutputTokens ?? unknownMaxOutputTokens;
  return withProviderOptions(
    call,
    'anthropic',
    {
      // Pings keep a long silent thought from looking like a dead connection.
      includePings: true,
      ...thinking(request.settings, traits),
      ...(request.settings.speed === 'fast' && hasFastMode(modelId) && { speed: 'fast' }),
      ...container(skills),
    },
    passed,
  );
}

/** runtime-semantics.md 6.6. A model that cannot think ignores the setting. */
function thinking({ thinking: level }: ModelSettings, traits: ClaudeTraits): object {
  if (level === undefined || traits.thinking === 'none') return {};
  if (level === 'off') return { thinking: { type: 'disabled' } };
  // Newer models leave the text of their thoughts out unless asked for it.
  if (traits.thinking === 'adaptive') return { thinking: { type: 'adaptive', display: 'summarized' }, effort: level };
  return { thinking: { type: 'enabled', budgetTokens: claudeBudget(level, traits) } };
}

/** Tools that Anthropic runs itself (protocol-language.md 2.9.4), under the name the agent gives them. Any skill needs code execution. */
function addProviderTools(options: LanguageModelV4CallOptions, tools: unknown, skills: unknown): void {
  const names = new Set(Object.keys(asObject(tools)));
  if (Object.keys(asObject(skills)).length > 0) names.add('code-execution');
  for (const [name, id] of Object.entries(providerTools)) {
    if (names.has(name)) options.tools = [...(options.tools ?? []), { type: 'provider', id, name, args: {} }];
  }
}

const providerTools = {
  'web-search': 'anthropic.web_search_20250305',
  'code-execution': 'anthropic.code_execution_20250825',
} as const;

/** Skill id → `{ type, version }`, as an agent declares them. */
function container(skills: unknown): object {
  const entries = Object.entries(asObject(skills));
  if (entries.length === 0) return {};
  return {
    container: {
      skills: entries.map(([id, entry]) => {
        const { type, version } = asObject(entry);
        return type === 'custom'
          ? { type, providerReference: { anthropic: id }, version: version ?? 'latest' }
          : { type: 'anthropic', skillId: id, version: version ?? 'latest' };
      }),
    },
  };
}

/** Accepts the form of Anthropic's own libraries, without the version. */
function versioned(baseURL: string | undefined): string {
  if (baseURL === undefined) return 'https://api.anthropic.com/v1';
  const url = baseURL.replace(/\/+$/, '');
  return url.endsWith('/v1') ? url : `${url}/v1`;
}

function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
