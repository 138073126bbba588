import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultTimeouts } from '../config.ts';
import { PartQueue } from './part-queue.ts';
import { type SilenceError, Watchdog } from './watchdog.ts';

/** Lets the event loop read what there is and come to its last look. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('[rt.retry.timeouts] unless told otherwise', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function watch() {
    const queue = new PartQueue();
    const silences: SilenceError[] = [];
    const watchdog = new Watchdog(queue, defaultTimeouts, (error) => silences.push(error));
    queue.next().catch(() => undefined);
    return { queue, silences, watchdog };
  }

  test('[rt.retry.timeouts] the first byte may take 60 s', async () => {
    const { silences } = watch();
    vi.advanceTimersByTime(59_990);
    await turn();
    expect(silences).toEqual([]);
    vi.advanceTimersByTime(20);
    await turn();
    expect(silences).toMatchObject([{ silenceMs: 60_000 }]);
  });

  test('[rt.retry.timeouts] the next one 120 s, however many came before', async () => {
    const { queue, silences } = watch();
    for (let call = 0; call < 5; call++) {
      queue.touch();
      vi.advanceTimersByTime(119_990);
      await turn();
    }
    expect(silences).toEqual([]);
    vi.advanceTimersByTime(20);
    await turn();
    expect(silences).toMatchObject([{ silenceMs: 120_000 }]);
  });

  test('[rt.retry.timeouts] what arrived while this process was held up counts', async () => {
    const { queue, silences } = watch();
    // The event loop comes to its timers first, and then to what it has to read.
    vi.advanceTimersByTime(60_010);
    queue.touch();
    await turn();
    vi.advanceTimersByTime(119_990);
    await turn();
    expect(silences).toEqual([]);
    vi.advanceTimersByTime(20);
    await turn();
    expect(silences).toMatchObject([{ silenceMs: 120_000 }]);
  });

  test('[rt.retry.timeouts] a finished call is watched no more', async () => {
    const { silences, watchdog } = watch();
    watchdog.stop();
    vi.advanceTimersByTime(600_000);
    await turn();
    expect(silences).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('[rt.retry.timeouts] nor is one that finishes before the last look', async () => {
    const { silences, watchdog } = watch();
    vi.advanceTimersByTime(60_010);
    watchdog.stop();
    await turn();
    expect(silences).toEqual([]);
  });
});
