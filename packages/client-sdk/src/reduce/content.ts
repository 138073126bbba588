import type { FileAvailableEvent, SourceEvent, TodoUpdateEvent } from '@octavus/core';
import { addPart, changePart, publishInTarget } from './target.ts';
import type { Turn } from './turn.ts';

export function addSource(turn: Turn, event: SourceEvent): Turn {
  const { type, sourceType, id } = event;
  const fields =
    sourceType === 'url'
      ? { sourceType, id, url: event.url, ...(event.title !== undefined && { title: event.title }) }
      : {
          sourceType,
          id,
          mediaType: event.mediaType,
          title: event.title,
          ...(event.filename !== undefined && { filename: event.filename }),
        };
  return publishInTarget(turn, event, (target) => addPart(target, { type, ...fields }));
}

export function addFile(turn: Turn, event: FileAvailableEvent): Turn {
  const { type: _type, workerId: _workerId, ...file } = event;
  return publishInTarget(turn, event, (target) => addPart(target, { type: 'file', ...file }));
}

/** One list per target, replaced where it stands. */
export function updateTodos(turn: Turn, event: TodoUpdateEvent): Turn {
  const { todos } = event;
  return publishInTarget(turn, event, (target) =>
    target.todo === undefined
      ? addPart({ ...target, todo: target.parts.length }, { type: 'todo', todos, status: 'streaming' })
      : changePart(target, target.todo, 'todo', () => ({ todos, status: 'streaming' })),
  );
}
