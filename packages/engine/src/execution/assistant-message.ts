import type { ContextState } from '../state/context-state.ts';
import type { Message, Part } from '../state/message.ts';
import type { SessionState } from '../state/session-state.ts';
import type { Run } from './run.ts';

/** Messages of `main` or of a named thread; empty for a thread that was never started. */
export function messagesOf(state: SessionState, thread: string): readonly Message[] {
  return thread === 'main' ? state.messages : (state.threads.get(thread)?.messages ?? []);
}

/** What the model of a thread sees of it; of `main` or a named thread. */
export function contextOf(state: SessionState, thread: string): ContextState | undefined {
  return thread === 'main' ? state.context : state.threads.get(thread)?.context;
}

/** The assistant message the execution is writing in a thread: the last one, unless something came after it (section 4). */
export function findOpenMessage(run: Run, thread: string): Message | undefined {
  const last = messagesOf(run.state, thread).at(-1);
  return last?.isOpen && last.role === 'assistant' && last.executionId === run.executionId ? last : undefined;
}

/** Adds parts to the current assistant message of a thread and opens one if there is none. @returns the place of the first part. */
export function appendParts(
  run: Run,
  thread: string,
  parts: readonly Part[],
): { readonly messageId: string; readonly index: number } {
  const open = findOpenMessage(run, thread);
  if (!open) return { messageId: openMessage(run, thread, parts), index: 0 };
  for (const part of parts) run.change({ change: 'part-appended', thread, messageId: open.id, part });
  return { messageId: open.id, index: open.parts.length };
}

/** Ends the current assistant message, so that what follows stands in a new one. */
export function closeMessage(run: Run, thread: string): void {
  const open = findOpenMessage(run, thread);
  if (open) run.change({ change: 'message-closed', thread, messageId: open.id });
}

/** The first assistant message that people see of an execution has the id that `start` announced. */
export function nextAssistantId(run: Run, thread: string): string {
  const { messageId } = run.execution;
  run.dropReservedMessageIds();
  return thread === 'main' && !isWritten(run, messageId) ? messageId : run.ports.ids.message();
}

function openMessage(run: Run, thread: string, parts: readonly Part[]): string {
  const id = nextAssistantId(run, thread);
  const { executionId } = run;
  const message: Message = { id, role: 'assistant', createdAt: run.timestamp(), parts, executionId, isOpen: true };
  run.change({ change: 'message-appended', thread, message });
  return id;
}

/** Looks at the execution's own messages only: the walk ends at the first of another. */
function isWritten(run: Run, messageId: string): boolean {
  const { messages } = run.state;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index]!;
    if (message.executionId !== run.executionId) return false;
    if (message.id === messageId) return true;
  }
  return false;
}
