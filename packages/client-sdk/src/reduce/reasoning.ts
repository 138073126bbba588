import type { ReasoningDeltaEvent, ReasoningEndEvent, ReasoningStartEvent } from '@octavus/core';
import { addPart, changePart, publishInTarget } from './target.ts';
import type { Turn } from './turn.ts';

export function startReasoning(turn: Turn, event: ReasoningStartEvent): Turn {
  return publishInTarget(turn, event, (target) =>
    addPart({ ...target, openReasoning: target.parts.length }, { type: 'reasoning', text: '', status: 'streaming' }),
  );
}

export function appendReasoning(turn: Turn, event: ReasoningDeltaEvent): Turn {
  return publishInTarget(turn, event, (target) =>
    changePart(target, target.openReasoning ?? -1, 'reasoning', ({ text }) => ({ text: text + event.delta })),
  );
}

export function endReasoning(turn: Turn, event: ReasoningEndEvent): Turn {
  return publishInTarget(turn, event, (target) =>
    changePart({ ...target, openReasoning: undefined }, target.openReasoning ?? -1, 'reasoning', () => ({
      status: 'done',
    })),
  );
}
