import type { StreamEvent } from '@octavus/core';

export interface LoggedEvent {
  readonly number: number;
  readonly event: StreamEvent;
}

/** The events of a preview as they came, the newest of them. */
export interface EventLog {
  add(event: StreamEvent): void;
  subscribe(listener: () => void): () => void;
  /** The same array until there is more to show. */
  get(): readonly LoggedEvent[];
}

/** Events that are kept for looking at; a long answer has thousands. */
const maxEvents = 500;

/** Answers come faster than anybody reads: what is shown changes at most once in this time, in milliseconds. */
const showEveryMs = 200;

export function createEventLog(): EventLog {
  const listeners = new Set<() => void>();
  let shown: readonly LoggedEvent[] = [];
  let added: LoggedEvent[] = [];
  let count = 0;
  let isShowDue = false;

  function show(): void {
    isShowDue = false;
    shown = [...shown, ...added].slice(-maxEvents);
    added = [];
    for (const listener of listeners) listener();
  }

  return {
    add: (event) => {
      count += 1;
      added.push({ number: count, event });
      if (isShowDue) return;
      isShowDue = true;
      setTimeout(show, showEveryMs);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get: () => shown,
  };
}
