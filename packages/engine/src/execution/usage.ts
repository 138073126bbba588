import type { ModelUsage, UsageEvent } from '@octavus/core';
import type { UsageByModel } from '../state/session-state.ts';

/** The sums with one more model call in them. */
export function addUsage(sums: UsageByModel, modelId: string, usage: ModelUsage): UsageByModel {
  return { ...sums, [modelId]: addCounts(sums[modelId] ?? {}, usage) };
}

function addCounts(one: ModelUsage, other: ModelUsage): ModelUsage {
  const sum = new Map(Object.entries(one) as [keyof ModelUsage, number][]);
  for (const [key, count] of Object.entries(other) as [keyof ModelUsage, number][])
    sum.set(key, (sum.get(key) ?? 0) + count);
  return Object.fromEntries(sum);
}

/**
 * The `usage` event of a standalone worker (stream-events.md 3.6). A self-hosted server charges nothing.
 *
 * @param estimateFee see `EnginePorts.estimateFee`; the estimate is there only when every model's price is known.
 */
export function usageEvent(
  sums: UsageByModel,
  estimateFee: ((modelId: string, usage: ModelUsage) => number | undefined) | undefined,
): UsageEvent {
  const entries = Object.entries(sums);
  const fees = entries.map(([modelId, usage]) => estimateFee?.(modelId, usage));
  const isPriced = fees.length > 0 && fees.every((fee) => fee !== undefined);
  const inputTokens = sumOf(entries.map(([, usage]) => usage.inputTokens));
  const outputTokens = sumOf(entries.map(([, usage]) => usage.outputTokens));
  return {
    type: 'usage',
    cost: {
      currency: 'USD',
      bandwidthFee: 0,
      providerFee: 0,
      totalFee: 0,
      byok: true,
      ...(isPriced && { estimatedProviderFee: sumOf(fees) }),
    },
    tokens: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
  };
}

function sumOf(counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
