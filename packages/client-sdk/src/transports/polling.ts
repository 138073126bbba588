import { safeParseStreamEvent } from '@octavus/core';
import { type ChatStreamItem, isControlSignal, type Transport, type TriggerOptions } from './transport.ts';

/** What one poll brings. */
export interface PollResult {
  /** Events since the cursor. */
  events: unknown[];
  /** Where the next poll goes on. */
  cursor: number;
  status: 'idle' | 'streaming' | 'error';
}

export interface PollingTransportOptions {
  /** Starts a turn. An `error` text fails it. */
  onTrigger: (
    triggerName: string,
    input?: Record<string, unknown>,
    options?: TriggerOptions,
  ) => Promise<{ error?: string }>;
  /** Reads the events after a cursor, which is 0 at first. */
  onPoll: (cursor: number) => Promise<PollResult>;
  /** Stops the turn that runs; not called when none does. */
  onStop: () => void;
  /** Between two polls, in milliseconds. Default 500. */
  pollIntervalMs?: number;
}

/**
 * Reaches the agent by asking again and again, where neither streams nor sockets pass. Client tools are not supported: continuing with
 * their results is an error.
 *
 * A turn fails with the text that `onTrigger` gives, with what a callback throws, when a poll has the status `error` and no `error` event,
 * and when it is no `PollResult`. Events of a shape nobody knows are skipped.
 */
export function createPollingTransport(options: PollingTransportOptions): Transport {
  const { onTrigger, onPoll, onStop, pollIntervalMs = 500 } = options;
  let current: AbortController | undefined;

  async function* run(start: () => Promise<{ error?: string }>): AsyncGenerator<ChatStreamItem, void, unknown> {
    const call = new AbortController();
    current = call;
    try {
      const { error } = (await start()) ?? {};
      if (call.signal.aborted) return;
      if (error) throw new Error(error);
      yield* poll(call.signal);
    } finally {
      if (current === call) current = undefined;
    }
  }

  async function* poll(signal: AbortSignal): AsyncGenerator<ChatStreamItem, void, unknown> {
    for (let cursor = 0; !signal.aborted; ) {
      const batch: unknown = await onPoll(cursor);
      if (signal.aborted) return;
      if (!isPollResult(batch)) throw new Error(`${expectedResult}, not with ${describe(batch)}`);
      const items = batch.events.flatMap(readItem);
      yield* items;
      cursor = batch.cursor;
      if (batch.status === 'error' && !items.some(({ type }) => type === 'error')) throw new Error('The turn failed');
      if (batch.status !== 'streaming') return;
      await pause(pollIntervalMs, signal);
    }
  }

  return {
    trigger: (triggerName, input, rollback) => run(() => onTrigger(triggerName, input, rollback)),
    observe: () => run(async () => ({})),
    // biome-ignore lint/correctness/useYield: a stream that fails before its first event
    async *continueWithToolResults() {
      throw new Error('The polling transport does not support client tools: use the HTTP or the socket transport');
    },
    stop() {
      if (!current) return;
      current.abort();
      current = undefined;
      onStop();
    },
  };
}

const expectedResult = "onPoll() must resolve with { events: [], cursor: 0, status: 'idle' | 'streaming' | 'error' }";

/** Any other status ends the turn as `idle` does, and without a further poll nobody needs a cursor. */
function isPollResult(value: unknown): value is PollResult {
  if (typeof value !== 'object' || value === null) return false;
  const { events, cursor, status } = value as Partial<Record<keyof PollResult, unknown>>;
  const canGoOn = status !== 'streaming' || typeof cursor === 'number';
  return Array.isArray(events) && typeof status === 'string' && canGoOn;
}

function describe(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 200);
}

function readItem(value: unknown): ChatStreamItem[] {
  if (isControlSignal(value)) return [value];
  const parsed = safeParseStreamEvent(value);
  return parsed.success ? [parsed.data] : [];
}

/** Resolves after the time or on abort, and leaves no listener behind. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
