import type { Message } from '../state/message.ts';
import type { Run } from './run.ts';

/**
 * Cuts history back before anything else of a trigger runs (runtime-semantics.md 14).
 *
 * @param afterMessageId `null` removes everything; an unknown id removes nothing.
 */
export function truncate(run: Run, afterMessageId: string | null): void {
  if (afterMessageId === null) {
    run.change({ change: 'history-truncated', afterMessageId });
    return;
  }
  const { messages } = run.state;
  const index = messages.findIndex((message) => message.id === afterMessageId);
  if (index < 0) return;
  const last = messages[endOfBubble(messages, index)]!;
  run.change({ change: 'history-truncated', afterMessageId: last.id });
}

/** People see the assistant messages of one execution as one, up to something else they see: that whole group stays. */
function endOfBubble(messages: readonly Message[], index: number): number {
  const head = messages[index]!;
  let end = index;
  if (head.role !== 'assistant' || head.executionId === undefined) return end;
  for (let next = index + 1; next < messages.length; next += 1) {
    const message = messages[next]!;
    if (message.executionId !== head.executionId) break;
    if (message.role === 'assistant') end = next;
    else if (message.role === 'user' && message.parts.some((part) => part.visible)) break;
  }
  return end;
}
