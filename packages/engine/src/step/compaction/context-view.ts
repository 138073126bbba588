import type { ModelMessage } from '@octavus/core';
import type { ContextState, Mark } from '../../state/context-state.ts';
import type { ContextUnit } from '../model-context.ts';
import { shorten, thin } from './reduce-message.ts';

/**
 * The messages as the model reads them: the first user message, the summary of what came after it, and the rest, of which older parts
 * are thinned (runtime-semantics.md 8).
 *
 * @param units the whole history.
 */
export function toView(units: readonly ContextUnit[], context: ContextState | undefined): readonly ModelMessage[] {
  if (!context) return units.flatMap(({ messages }) => messages);
  const { summary } = context;
  const summarized = summary === undefined ? 0 : countUpTo(units, context.summarizedTo);
  const thinned = countUpTo(units, context.thinnedTo);
  const shortened = countUpTo(units, context.shortenedTo);
  const reduced = units.slice(summarized).flatMap((unit, offset) => {
    const index = summarized + offset;
    return reduce(unit, { isThin: index < thinned, isShort: index < shortened });
  });
  if (summarized === 0 || summary === undefined) return reduced;
  return [...firstUserMessage(units.slice(0, summarized)), toSummary(summary), ...reduced];
}

/** @returns how many units end at the mark or before; 0 for a message that is not there. */
export function countUpTo(units: readonly ContextUnit[], mark: Mark | undefined): number {
  if (!mark) return 0;
  const last = units.findLastIndex(({ messageId, step }) => messageId === mark.messageId && step <= mark.step);
  return last + 1;
}

export function markAfter(units: readonly ContextUnit[], count: number): Mark | undefined {
  const last = units[count - 1];
  return last && { messageId: last.messageId, step: last.step };
}

function reduce(
  { messages }: ContextUnit,
  { isThin, isShort }: { readonly isThin: boolean; readonly isShort: boolean },
): readonly ModelMessage[] {
  const thinned = isThin ? messages.map(thin) : messages;
  const reduced = isShort ? shorten(thinned) : thinned;
  return reduced.filter(({ content }) => content.length > 0);
}

function firstUserMessage(units: readonly ContextUnit[]): readonly ModelMessage[] {
  return units.find(({ role }) => role === 'user')?.messages ?? [];
}

function toSummary(summary: string): ModelMessage {
  const text = `Summary of the conversation so far, which replaces the messages it was made from:\n\n${summary}`;
  return { role: 'user', content: [{ type: 'text', text }] };
}
