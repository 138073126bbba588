import type { LanguageModelV4CallOptions, LanguageModelV4Message } from '@ai-sdk/provider';
import type { ModelSettings } from '@octavus/core';

/**
 * Sets Anthropic's cache breakpoints: on the tools, the system prompt and the last two user-side messages, four in all
 * (runtime-semantics.md 6.6). A user-side message is a run of user and tool messages, which Anthropic reads as one.
 *
 * @param options changed in place; they belong to one call.
 * @param key whose options carry the marks: `anthropic` or `openrouter`.
 */
export function markCache(options: LanguageModelV4CallOptions, cache: ModelSettings['cache'], key: string): void {
  if (cache === 'off') return;
  const cacheControl = cache === 'extended' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' };
  const tool = options.tools?.findLast((candidate) => candidate.type === 'function');
  const marked = [tool, options.prompt.findLast(({ role }) => role === 'system'), ...lastUserSides(options.prompt, 2)];
  for (const target of marked) {
    if (target)
      target.providerOptions = { ...target.providerOptions, [key]: { ...target.providerOptions?.[key], cacheControl } };
  }
}

/** The last message of each of the last `count` user-side runs. */
function lastUserSides(prompt: readonly LanguageModelV4Message[], count: number): LanguageModelV4Message[] {
  const ends: LanguageModelV4Message[] = [];
  for (let index = prompt.length - 1; index >= 0 && ends.length < count; index--) {
    const message = prompt[index];
    if (message && isUserSide(message) && !isUserSide(prompt[index + 1])) ends.push(message);
  }
  return ends;
}

function isUserSide(message: LanguageModelV4Message | undefined): boolean {
  return message?.role === 'user' || message?.role === 'tool';
}
