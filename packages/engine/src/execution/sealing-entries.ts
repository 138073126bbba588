import type { LogFields } from '../log/log-fields.ts';
import type { Message } from '../state/message.ts';
import type { SessionState } from '../state/session-state.ts';
import { cancelledCallError } from '../state/settle.ts';

/**
 * What the log says when an execution ends with something open, workers inside included: the results that calls get which nobody
 * answered, and the ends of workers (runtime-semantics.md 12.3, 17).
 *
 * @param state before its execution ends.
 */
export function sealingEntries(state: SessionState): readonly LogFields[] {
  const own = [...unansweredCalls(state).values()].map(
    (toolName): LogFields => ({ type: 'tool-result', toolName, toolResult: { error: cancelledCallError } }),
  );
  const ofWorkers = [...state.workers.values()].flatMap(({ workerId, workerSlug, state: inner }) => {
    const entries: readonly LogFields[] = [...sealingEntries(inner), { type: 'worker-output' }];
    return entries.map((fields) => ({ ...fields, workerId, workerSlug }));
  });
  return [...own, ...ofWorkers];
}

/** Names of the open calls of the newest execution, by id: what it waits for, and what a step left behind. */
function unansweredCalls({ execution, messages, threads, workers }: SessionState): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  if (!execution) return names;
  if (execution.status === 'waiting') {
    for (const { workerId, toolCallId, toolName } of execution.pending)
      if (workerId === undefined || !workers.has(workerId)) names.set(toolCallId, toolName);
  }
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
