import type { TodoItem } from '@octavus/core';
import { appendParts, findOpenMessage } from '../execution/assistant-message.ts';
import type { Run } from '../execution/run.ts';
import type { TodoPart } from '../state/message.ts';
import type { ToolOutcome } from '../state/position.ts';
import type { ServerCall } from './offered-tool.ts';

interface TodoWrite {
  readonly merge: boolean;
  readonly todos: readonly (Pick<TodoItem, 'id'> & Partial<TodoItem>)[];
}

/** `octavus_todo_write`: the resulting list belongs to the thread and survives triggers (runtime-semantics.md 6.3). */
export function writeTodos({ input, thread, isAnnounced, isKept }: ServerCall, run: Run): ToolOutcome {
  const { merge, todos: given } = input as unknown as TodoWrite;
  const { state } = run;
  const current = thread === 'main' ? state.todos : (state.threads.get(thread)?.todos ?? []);
  const merged = new Map<string, TodoItem>((merge ? current : []).map((item) => [item.id, item]));
  for (const { id, content, status } of given) {
    const known = merged.get(id);
    const text = content ?? known?.content;
    if (text === undefined) return { error: `The new item "${id}" has no content.` };
    merged.set(id, { id, content: text, status: status ?? known?.status ?? 'pending' });
  }
  const todos = [...merged.values()];
  run.change({ change: 'todos-set', thread, todos });
  if (isKept) showTodos(run, thread, todos);
  if (isAnnounced) run.event({ type: 'todo-update', todos });
  return { result: { todos } };
}

/** One todo part per assistant message, updated in place. */
function showTodos(run: Run, thread: string, todos: readonly TodoItem[]): void {
  const part: TodoPart = { type: 'todo', visible: true, ...(thread !== 'main' && { thread }), todos };
  const open = findOpenMessage(run, 'main');
  const index = open?.parts.findIndex((other) => other.type === 'todo' && other.thread === part.thread) ?? -1;
  if (open && index >= 0) run.change({ change: 'part-replaced', thread: 'main', messageId: open.id, index, part });
  else appendParts(run, 'main', [part]);
}
