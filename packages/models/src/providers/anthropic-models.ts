/** What matters of a Claude model when a request is written (platform.claude.com, models overview and extended thinking). */
export interface ClaudeTraits {
  /** `none`: cannot think. `budget`: thinks within a number of tokens. `adaptive`: decides itself, steered by an effort. */
  readonly thinking: 'none' | 'budget' | 'adaptive';
  /** Absent when the model is not known. */
  readonly maxOutputTokens?: number;
}

const namePattern = /claude-(opus|sonnet|haiku|[a-z]+)-(\d+)(?:[-.](\d{1,2}))?(?!\d)/;

/** Reads the traits off a model id, in the forms of Anthropic and OpenRouter (`claude-opus-4-8`, `claude-opus-4.8:beta`). */
export function claudeTraits(modelId: string): ClaudeTraits {
  if (/claude-(?:instant|v?[12]\b|3-(?!7)|3\.5|3-?haiku)/.test(modelId))
    return { thinking: 'none', maxOutputTokens: maxOfClaude3(modelId) };
  if (/claude-3[-.]7/.test(modelId)) return { thinking: 'budget', maxOutputTokens: 64_000 };
  const match = namePattern.exec(modelId);
  if (!match) return { thinking: 'none' };
  const family = match[1];
  const version = Number(match[2]) + Number(match[3] ?? 0) / 100;
  if (version >= 4.06) return { thinking: 'adaptive', maxOutputTokens: 128_000 };
  if (version >= 4.05) return { thinking: 'budget', maxOutputTokens: 64_000 };
  return { thinking: 'budget', maxOutputTokens: family === 'opus' ? 32_000 : 64_000 };
}

function maxOfClaude3(modelId: string): number | undefined {
  if (/claude-3[-.]5/.test(modelId)) return 8_192;
  return /claude-3-/.test(modelId) ? 4_096 : undefined;
}

/** Where `speed: fast` has an effect (protocol-language.md 2.9.5). */
export function hasFastMode(modelId: string): boolean {
  return /^claude-opus-(?:5|4[.-][678])(?:$|[-@:])/.test(modelId);
}
