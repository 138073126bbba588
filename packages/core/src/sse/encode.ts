import type { StreamEvent } from '../events/index.ts';

/** One event as it goes on the wire: `data: `, single-line JSON, an empty line (stream spec 1). */
export function encodeEvent(event: StreamEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

/** The end marker, last on every stream that the server ends itself. */
export function encodeDone(): string {
  return 'data: [DONE]\n\n';
}

/** A comment that keeps an otherwise silent connection alive. */
export function encodeHeartbeat(): string {
  return ': heartbeat\n\n';
}
