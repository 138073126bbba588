import type { ThinkingLevel } from '@octavus/core';

/** What an OpenAI model id says: `gpt-5.4-mini` → version 5.04, variant `mini`; `o3-pro` → series `o`. */
interface OpenAiName {
  readonly series: 'gpt' | 'o';
  readonly version: number;
  readonly variant: string;
}

/** The effort to send, `undefined` for a model that cannot reason (runtime-semantics.md 6.6; developers.openai.com, reasoning guide). */
export function openAiEffort(modelId: string, level: ThinkingLevel | 'off'): string | undefined {
  const name = readName(modelId);
  if (!name || !canReason(name)) return undefined;
  if (name.variant.includes('pro')) return proEffort(name, level);
  if (level === 'off') return lowestEffort(name);
  if (level === 'max') return name.series === 'gpt' && name.version >= 5.06 ? 'max' : 'high';
  return level;
}

/**
 * How long prompts stay in the cache: in memory, or 24 hours (runtime-semantics.md 6.6), and as near to that as a model comes that has
 * no such choice; which one has what is in docs/decisions/0016-openai-cache.md.
 */
export function openAiCacheOptions(modelId: string, cache: 'auto' | 'extended'): object {
  const name = readName(modelId);
  if (name?.series !== 'gpt') return {};
  if (name.version >= 5.06) return cache === 'extended' ? { promptCacheOptions: { ttl: '12h' } } : {};
  if (!takesRetention(name)) return {};
  if (cache === 'extended') return { promptCacheRetention: '24h' };
  return name.version >= 5.05 ? {} : { promptCacheRetention: 'in_memory' };
}

/** The others answer 400 to the parameter. */
function takesRetention({ version, variant }: OpenAiName): boolean {
  return version >= 4.01 && !/mini|nano/.test(variant);
}

function readName(modelId: string): OpenAiName | undefined {
  const match = /^(gpt-|o)(\d+)(?:\.(\d+))?(?:-(.+))?$/.exec(modelId);
  if (!match) return undefined;
  return {
    series: match[1] === 'o' ? 'o' : 'gpt',
    version: Number(match[2]) + Number(match[3] ?? 0) / 100,
    variant: match[4] ?? '',
  };
}

function canReason({ series, version, variant }: OpenAiName): boolean {
  return series === 'o' || (version >= 5 && !variant.startsWith('chat'));
}

/** Pro models reason at medium effort or more; the first GPT-5 pro at high only. */
function proEffort(name: OpenAiName, level: ThinkingLevel | 'off'): string {
  if (name.series === 'o' || name.version < 5.02) return 'high';
  return level === 'high' || level === 'max' ? 'high' : 'medium';
}

function lowestEffort({ series, version, variant }: OpenAiName): string {
  if (series === 'o' || variant.includes('codex') || version >= 6) return 'low';
  return version < 5.01 ? 'minimal' : 'none';
}
