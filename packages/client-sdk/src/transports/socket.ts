import { type StreamEvent, safeParseStreamEvent } from '@octavus/core';
import { callSafely } from '../call-safely.ts';
import { EventStream } from './event-stream.ts';
import {
  type ConnectionState,
  type ConnectionStateListener,
  type Reconnect,
  SocketConnection,
  type SocketLike,
} from './socket-connection.ts';
import { StaleRuns } from './stale-runs.ts';
import { type ContinueRequest, type Transport, type TriggerRequest, triggerRequest } from './transport.ts';

export interface SocketTransportOptions {
  /** Opens a socket and resolves when it is open. `onmessage` and `onclose` belong to the transport from then on. */
  connect: () => Promise<SocketLike>;
  /** Sees every message first, those that are no events included. */
  onMessage?: (data: unknown) => void;
  /** The connection closed. */
  onClose?: () => void;
  /** Opens a lost connection again, with growing pauses. A stream that was running is not repeated. Default: not. */
  reconnect?: Reconnect;
}

export interface SocketTransport extends Transport {
  readonly connectionState: ConnectionState;
  /**
   * Opens the connection ahead of the first message. Calls at the same time share one attempt.
   *
   * @throws what `connect` of the options throws (an `Error` "Connection failed" in place of anything that is none), or an `Error` when
   *   `disconnect()` comes before it is open.
   */
  connect(): Promise<void>;
  /** Closes the connection; the next use opens it again. */
  disconnect(): void;
  /** The listener is called at once and on every change. @returns a function that removes it. */
  onConnectionStateChange(listener: ConnectionStateListener): () => void;
}

/**
 * Reaches the agent over one socket that lives through many turns. It is opened with the first message, or by `connect()`.
 *
 * What goes out is `{ type: 'trigger' | 'continue' | 'stop', … }` as JSON; what comes in are events, one a message. A connection that
 * cannot be opened is the error of the turn; one that closes in the middle ends the turn as interrupted.
 */
export function createSocketTransport(options: SocketTransportOptions): SocketTransport {
  const stale = new StaleRuns();
  let active: EventStream | undefined;

  const connection = new SocketConnection({
    ...options,
    onData: (data) => {
      callSafely(options.onMessage, data);
      const parsed = safeParseStreamEvent(data);
      if (parsed.success && !stale.isStale(parsed.data)) active?.push(parsed.data);
    },
    onLost: () => {
      active?.end();
      stale.clear();
    },
    onClose: () => callSafely(options.onClose),
  });

  async function* stream(request: TriggerRequest | ContinueRequest): AsyncGenerator<StreamEvent, void, unknown> {
    cutActive();
    if (request.type === 'continue') stale.expect(request.executionId);
    // Ends what ran on a socket that is gone, so it comes before the new stream.
    const opening = connection.open();
    const events = new EventStream();
    active = events;
    try {
      const socket = await opening;
      if (events.isOver) return;
      socket.send(JSON.stringify(request));
      yield* events.read();
    } catch (error) {
      // Stopped while it was connecting.
      if (!events.isOver) throw error;
    } finally {
      events.end();
      if (active === events) active = undefined;
    }
  }

  function cutActive(): void {
    if (active && !active.isOver) stale.add(active.executionId);
    active?.end();
    active = undefined;
  }

  return {
    trigger: (triggerName, input, rollback) => stream(triggerRequest(triggerName, input, rollback)),
    continueWithToolResults: (executionId, toolResults) => stream({ type: 'continue', executionId, toolResults }),
    stop() {
      if (active && !active.isOver) connection.sendIfOpen(JSON.stringify({ type: 'stop' }));
      cutActive();
    },
    get connectionState() {
      return connection.state;
    },
    async connect() {
      await connection.open();
    },
    disconnect: () => connection.close(),
    onConnectionStateChange: (listener) => connection.subscribe(listener),
  };
}

/** Whether a transport has a connection of its own to show and to steer. */
export function isSocketTransport(transport: Transport): transport is SocketTransport {
  return (
    'connect' in transport &&
    'disconnect' in transport &&
    'connectionState' in transport &&
    'onConnectionStateChange' in transport
  );
}
