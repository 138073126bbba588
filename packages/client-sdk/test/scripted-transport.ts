import type { ToolResult } from '@octavus/core';
import type { ChatStreamItem, Transport } from '../src/index.ts';

/** One stream that a test feeds by hand. */
export interface Feed {
  readonly call: readonly ['trigger' | 'continue' | 'observe', ...unknown[]];
  /** Sends items, and waits until the chat has taken them. */
  send(...items: readonly ChatStreamItem[]): Promise<void>;
  /** Ends the stream. */
  end(): Promise<void>;
  fail(error: unknown): Promise<void>;
  /** The reader left before the end. */
  readonly isLeft: boolean;
}

export interface ScriptedTransport extends Required<Transport> {
  /** Calls so far, oldest first; the last one is the current one. */
  readonly feeds: Feed[];
  readonly last: Feed;
  stops: number;
}

type Step = { readonly item: ChatStreamItem } | { readonly error: unknown } | 'end';

/** @param options.ignoresStop streams go on after `stop()`, as those of careless transports do. */
export function scriptedTransport({ ignoresStop = false } = {}): ScriptedTransport {
  const feeds: Feed[] = [];
  let endCurrent: (() => void) | undefined;

  function open(...call: Feed['call']): AsyncIterable<ChatStreamItem> {
    const steps: Step[] = [];
    let wake: (() => void) | undefined;
    const put = async (...added: Step[]) => {
      steps.push(...added);
      wake?.();
      // A macrotask later every promise that follows from this has run.
      await new Promise((resolve) => setImmediate(resolve));
    };
    const state = { isLeft: false };
    feeds.push({
      call,
      send: (...items) => put(...items.map((item) => ({ item }))),
      end: () => put('end'),
      fail: (error) => put({ error }),
      get isLeft() {
        return state.isLeft;
      },
    });
    endCurrent = () => void put('end');
    return {
      async *[Symbol.asyncIterator]() {
        let hasEnded = false;
        try {
          for (;;) {
            const step = steps.shift();
            if (step === 'end') {
              hasEnded = true;
              return;
            }
            if (step && 'error' in step) {
              hasEnded = true;
              throw step.error;
            }
            if (step) yield step.item;
            else
              await new Promise<void>((resolve) => {
                wake = resolve;
              });
          }
        } finally {
          state.isLeft = !hasEnded;
        }
      },
    };
  }

  return {
    feeds,
    get last() {
      const feed = feeds.at(-1);
      if (!feed) throw new Error('nothing was sent');
      return feed;
    },
    stops: 0,
    trigger: (...call) => open('trigger', ...call),
    continueWithToolResults: (executionId: string, results: ToolResult[]) => open('continue', executionId, results),
    observe: () => open('observe'),
    stop() {
      this.stops += 1;
      if (!ignoresStop) endCurrent?.();
    },
  };
}
