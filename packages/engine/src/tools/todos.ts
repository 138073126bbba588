import type { TodoItem } from '@octavus/core';
import type { Run } from '../execution/run.ts';
import type { ToolOutcome } from '../state/position.ts';
import type { ServerCall } from './offered-tool.ts';

interface TodoWrite {
  readonly merge: boolean;
  readonly todos: readonly (Pick<TodoItem, 'id'> & Partial<TodoItem>)[];
}

/** `octavus_todo_write`: the resulting list belongs to the thread and survives triggers (runtime-semantics.md 6.3). */
export function writeTodos({ input, isAnnounced, todos: list }: ServerCall, run: Run): ToolOutcome {
  const { merge, todos: given } = input as unknown as TodoWrite;
  const merged = new Map<string, TodoItem>((merge ? list.current : []).map((item) => [item.id, item]));
  for (const { id, content, status } of given) {
    const known = merged.get(id);
    const text = content ?? known?.content;
    if (text === undefined) return { error: `The new item "${id}" has no content.` };
    merged.set(id, { id, content: text, status: status ?? known?.status ?? 'pending' });
  }
  const todos = [...merged.values()];
  list.set(todos);
  if (isAnnounced) run.event({ type: 'todo-update', todos });
  return { result: { todos } };
}
