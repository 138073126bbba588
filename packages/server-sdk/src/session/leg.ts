import {
  createInternalErrorEvent,
  createSseDecoder,
  doneData,
  type PendingToolCall,
  type StartEvent,
  type StreamEvent,
  safeParseStreamEvent,
} from '@octavus/core';
import type { ApiConfig } from '../config.ts';
import { defaultStreamIdleTimeoutMs } from '../constants.ts';
import { readBody } from '../http/read-body.ts';

export interface LegOptions {
  config: ApiConfig;
  signal: AbortSignal;
  onStart: (event: StartEvent) => void;
  onResourceUpdate: (name: string, value: unknown) => void;
}

/** How one request of an execution ended. */
export interface LegEnd {
  /** `broken`: the stream stopped without an end; `refused`: there was none. */
  status: 'complete' | 'aborted' | 'broken' | 'refused';
  /** Tool calls that were asked for, each once. */
  pending: PendingToolCall[];
  /** A terminal event was forwarded: nothing may follow from our side. */
  isFinished: boolean;
}

/**
 * Forwards the events of one leg. Requests for tools are kept back with the `finish` that announces them; what is no event is
 * skipped.
 *
 * Source: SDK specification 5.5, states READ and EVENT.
 */
export async function* readLeg(response: Response, options: LegOptions): AsyncGenerator<StreamEvent, LegEnd> {
  const { config, signal, onStart, onResourceUpdate } = options;
  const pending = new Map<string, PendingToolCall>();
  let isFinished = false;
  const endAs = (status: LegEnd['status']): LegEnd => ({ status, pending: [...pending.values()], isFinished });
  if (!response.body) {
    yield createInternalErrorEvent('The server answered without a stream');
    return endAs('refused');
  }

  /** The event as the caller sees it, if it does. */
  function take(event: StreamEvent): StreamEvent | undefined {
    switch (event.type) {
      case 'start':
        onStart(event);
        return event;
      case 'tool-request':
        for (const call of event.toolCalls) if (!pending.has(call.toolCallId)) pending.set(call.toolCallId, call);
        return undefined;
      case 'finish':
        if (event.finishReason === 'tool-calls' && pending.size > 0) return undefined;
        isFinished = true;
        return event;
      case 'error':
        isFinished = true;
        return event;
      case 'resource-update':
        onResourceUpdate(event.name, event.value);
        return event;
      default:
        return event;
    }
  }

  const decoder = createSseDecoder();
  const idleTimeoutMs = config.streamIdleTimeoutMs ?? defaultStreamIdleTimeoutMs;
  const chunks = readBody(response.body, { signal, idleTimeoutMs });
  try {
    for (;;) {
      const chunk = await chunks.next();
      for (const data of chunk.done ? decoder.end() : decoder.decode(chunk.value)) {
        const event = parseEvent(data);
        const shown = event && take(event);
        if (shown) yield shown;
      }
      if (chunk.done) return endAs(chunk.value === 'dropped' ? 'broken' : chunk.value);
    }
  } finally {
    await chunks.return('aborted');
  }
}

function parseEvent(data: string): StreamEvent | undefined {
  if (data === doneData) return undefined;
  try {
    return safeParseStreamEvent(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
