import type { TextDeltaEvent, TextEndEvent, TextStartEvent } from '@octavus/core';
import { addJson, addPart, changePart, currentThread, jsonOf, publishInTarget, settleJson } from './target.ts';
import type { OpenPart, Target, Turn } from './turn.ts';

/** A text opens, or an object when it has a `responseType`. What an independent block says on the main thread is not shown. */
export function startText(turn: Turn, event: TextStartEvent): Turn {
  return publishInTarget(turn, event, (target, isWorker) => {
    const texts = target.texts.filter(({ id }) => id !== event.id);
    if (!isWorker && isKeptFromChat(target)) return { ...target, texts, openText: undefined };
    const opened = { id: event.id, index: target.parts.length };
    return addPart({ ...target, texts: [...texts, opened], openText: opened }, partOf(event));
  });
}

function isKeptFromChat(target: Target): boolean {
  return target.blocks.at(-1)?.outputToChat === false && currentThread(target) === undefined;
}

function partOf({ id, responseType }: TextStartEvent) {
  return responseType
    ? ({ type: 'object', id, typeName: responseType, status: 'streaming' } as const)
    : ({ type: 'text', text: '', status: 'streaming' } as const);
}

export function appendText(turn: Turn, event: TextDeltaEvent): Turn {
  return publishInTarget(turn, event, (target) => {
    const open = findOpen(target, event.id);
    if (!open) return target;
    if (target.parts[open.index]?.type === 'object') {
      return addJson(target, { index: open.index, field: 'partial' }, event.delta);
    }
    return changePart(target, open.index, 'text', ({ text }) => ({ text: text + event.delta }));
  });
}

export function endText(turn: Turn, event: TextEndEvent): Turn {
  return publishInTarget(turn, event, (target) => {
    const open = findOpen(target, event.id);
    if (!open) return target;
    const closed = {
      ...target,
      texts: target.texts.filter((other) => other !== open),
      openText: target.openText === open ? undefined : target.openText,
    };
    return target.parts[open.index]?.type === 'object'
      ? endObject(closed, open.index)
      : changePart(closed, open.index, 'text', () => ({ status: 'done' }));
  });
}

function endObject(target: Target, index: number): Target {
  const { text } = jsonOf(target, index);
  return changePart(settleJson(target, index), index, 'object', () => {
    try {
      const object: unknown = JSON.parse(text);
      return { object, partial: object, status: 'done' };
    } catch {
      return { status: 'error', error: 'Failed to parse response as JSON' };
    }
  });
}

/** Streams of several texts at once are told apart by id; a sender that does not keep ids means the text opened last. */
function findOpen(target: Target, id: string): OpenPart | undefined {
  return target.texts.find((open) => open.id === id) ?? target.openText;
}
