import type {
  ToolInputAvailableEvent,
  ToolInputDeltaEvent,
  ToolInputStartEvent,
  ToolOutputAvailableEvent,
  ToolOutputErrorEvent,
  UIToolCallPart,
} from '@octavus/core';
import { findLastIndex } from './list.ts';
import { addJson, addPart, changePart, inTarget, jsonOf, publishInTarget, settleJson } from './target.ts';
import { isJsonObject, publish, type Target, type Turn } from './turn.ts';

export function startToolInput(turn: Turn, event: ToolInputStartEvent): Turn {
  const { toolCallId, toolName, title, display } = event;
  const labels = { ...(title !== undefined && { displayName: title }), ...(display !== undefined && { display }) };
  return publishInTarget(turn, event, (target) =>
    addPart(target, { type: 'tool-call', toolCallId, toolName, ...labels, args: {}, status: 'pending' }),
  );
}

/** Published when the arguments that can be read so far changed. */
export function appendToolInput(turn: Turn, event: ToolInputDeltaEvent): Turn {
  let hasChanged = false;
  const next = inTarget(turn, event, (target) => {
    const index = callIndex(target, event.toolCallId);
    if (index === -1) return target;
    const added = addJson(target, { index, field: 'args' }, event.inputTextDelta);
    hasChanged = jsonOf(added, index).revision !== jsonOf(target, index).revision;
    return added;
  });
  return hasChanged ? publish(next) : next;
}

/** Arguments of a call that is shown by its title are not for people. */
export function completeToolInput(turn: Turn, event: ToolInputAvailableEvent): Turn {
  return changeCall(turn, event, ({ display }) => ({
    args: display !== 'title' && isJsonObject(event.input) ? event.input : {},
    status: 'running',
  }));
}

export function completeToolOutput(turn: Turn, event: ToolOutputAvailableEvent): Turn {
  return changeCall(turn, event, ({ display }) => ({
    ...(display !== 'title' && { result: event.output }),
    status: 'done',
  }));
}

export function failToolOutput(turn: Turn, event: ToolOutputErrorEvent): Turn {
  return changeCall(turn, event, () => ({ error: event.error, status: 'error' }));
}

/** Changes the call in the target of the event; where it is not there, in the first target that has it. */
function changeCall(
  turn: Turn,
  event: { readonly toolCallId: string; readonly workerId?: string },
  change: (part: UIToolCallPart) => Partial<UIToolCallPart>,
): Turn {
  const workerIds = [event.workerId, undefined, ...turn.workers.map(({ workerId }) => workerId)];
  for (const workerId of workerIds) {
    const next = inTarget(turn, { workerId }, (target) => {
      const index = callIndex(target, event.toolCallId);
      return index === -1 ? target : changePart(settleJson(target, index), index, 'tool-call', change);
    });
    if (next !== turn) return publish(next);
  }
  return turn;
}

function callIndex({ parts }: Target, toolCallId: string): number {
  return findLastIndex(parts, (part) => part.type === 'tool-call' && part.toolCallId === toolCallId);
}
