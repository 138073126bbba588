import type { PendingToolCall, ToolRequestEvent } from '@octavus/core';
import type { PendingCall } from '../state/position.ts';

/** What is asked of the outside: all calls of a pause at once (stream-events.md 3.3). */
export function toolRequestEvent(pending: readonly PendingCall[]): ToolRequestEvent {
  const workerId = pending[0]?.workerId;
  const isOneWorker = workerId !== undefined && pending.every((call) => call.workerId === workerId);
  return { type: 'tool-request', toolCalls: pending.map(toRequest), ...(isOneWorker && { workerId }) };
}

function toRequest({ display: _, providerMetadata: __, ...call }: PendingCall): PendingToolCall {
  return call;
}
