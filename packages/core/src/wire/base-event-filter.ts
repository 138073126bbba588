import type { StreamEvent } from '../events/index.ts';
import type { ToolInputDeltaEvent } from '../events/tool.ts';

/** Turns one v4 event into the base events that stand for it, in order; none when the event is held back or left out. */
export type EventFilter = (event: StreamEvent) => readonly StreamEvent[];

/**
 * Makes the filter for one stream to a base client (HTTP spec 4.2): a title is announced as a description, the arguments
 * of a tool call come in one delta, and a session stream keeps the insides of nested workers to itself, which the oldest
 * clients would print as the agent's own words.
 *
 * Holds the argument text of open tool calls; every event costs the same whatever went before.
 *
 * @param options.isWorkerRun the stream belongs to a standalone worker, whose own events all carry a `workerId`.
 */
export function createBaseEventFilter(options: { isWorkerRun: boolean }): EventFilter {
  const openInputs = new Map<string, ToolInputDeltaEvent>();

  function collect(event: ToolInputDeltaEvent): readonly StreamEvent[] {
    const open = openInputs.get(event.toolCallId);
    if (open) open.inputTextDelta += event.inputTextDelta;
    else openInputs.set(event.toolCallId, { ...event });
    return nothing;
  }

  function flushBefore(event: StreamEvent & { toolCallId: string }): readonly StreamEvent[] {
    const open = openInputs.get(event.toolCallId);
    if (!open) return [event];
    openInputs.delete(event.toolCallId);
    return [open, event];
  }

  return (event) => {
    if (!options.isWorkerRun && isInsideWorker(event)) return nothing;
    switch (event.type) {
      case 'tool-input-delta':
        return collect(event);
      case 'tool-input-end':
      case 'tool-input-available':
        return flushBefore(event);
      case 'block-start':
        return [event.display === 'title' ? { ...event, display: 'description' } : event];
      default:
        return [event];
    }
  };
}

const nothing: readonly StreamEvent[] = [];

function isInsideWorker(event: StreamEvent): boolean {
  if (!('workerId' in event) || event.workerId === undefined) return false;
  return event.type !== 'tool-request' && event.type !== 'worker-start' && event.type !== 'worker-result';
}
