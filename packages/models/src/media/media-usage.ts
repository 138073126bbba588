import type { ModelUsage } from '@octavus/core';

/** Token counts out of what a provider or its library reports, each in its own words; `undefined` when it counts nothing. */
export function toMediaUsage(reported: object | undefined): { readonly usage?: ModelUsage } {
  const inputTokens = firstCount(reported, ['inputTokens', 'input_tokens', 'promptTokenCount', 'total_input_tokens']);
  const outputTokens = firstCount(reported, [
    'outputTokens',
    'output_tokens',
    'candidatesTokenCount',
    'total_output_tokens',
  ]);
  if (inputTokens === undefined && outputTokens === undefined) return {};
  return {
    usage: {
      ...(inputTokens !== undefined && { inputTokens }),
      ...(outputTokens !== undefined && { outputTokens }),
    },
  };
}

function firstCount(reported: object | undefined, names: readonly string[]): number | undefined {
  const counts = (reported ?? {}) as { readonly [name: string]: unknown };
  const found = names.map((name) => counts[name]).find((count) => typeof count === 'number' && count >= 0);
  return found as number | undefined;
}
