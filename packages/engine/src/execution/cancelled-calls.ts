import type { LogFields } from '../log/log-fields.ts';
import type { Message } from '../state/message.ts';
import type { SessionState } from '../state/session-state.ts';
import { cancelledCallError } from '../state/settle.ts';

/**
 * Log entries for the results that calls get which nobody answered (runtime-semantics.md 12.3, 17).
 *
 * @param state before its execution ends.
 */
export function cancelledCallEntries(state: SessionState): readonly LogFields[] {
  return [...unansweredCalls(state).values()].map((toolName) => ({
    type: 'tool-result',
    toolName,
    toolResult: { error: cancelledCallError },
  }));
}

/** Names of the open calls of the newest execution, by id: what it waits for, and what a step left behind. */
function unansweredCalls({ execution, messages, threads }: SessionState): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  if (!execution) return names;
  if (execution.status === 'waiting') for (const call of execution.pending) names.set(call.toolCallId, call.toolName);
  const lists = [messages, ...[...threads.values()].map((thread) => thread.messages)];
  for (const list of lists) {
    for (const { parts } of ownMessages(list, execution.executionId)) {
      for (const part of parts) {
        if (part.type !== 'tool-call') continue;
        const { id, name, status } = part.toolCall;
        if (status === 'pending' || status === 'streaming') names.set(id, name);
      }
    }
  }
  return names;
}

/** The messages an execution wrote are the last ones of a list. */
function ownMessages(messages: readonly Message[], executionId: string): readonly Message[] {
  const before = messages.findLastIndex((message) => message.executionId !== executionId);
  return messages.slice(before + 1);
}
