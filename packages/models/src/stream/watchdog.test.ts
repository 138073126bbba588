import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultTimeouts } from '../config.ts';
import { PartQueue } from './part-queue.ts';
import { type SilenceError, Watchdog } from './watchdog.ts';

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

  test('[rt.retry.timeouts] the first byte may take 60 s', () => {
    const { silences } = watch();
    vi.advanceTimersByTime(59_990);
    expect(silences).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(silences).toMatchObject([{ silenceMs: 60_000 }]);
  });

  test('[rt.retry.timeouts] the next one 120 s, however many came before', () => {
    const { queue, silences } = watch();
    for (let call = 0; call < 5; call++) {
      queue.touch();
      vi.advanceTimersByTime(119_990);
    }
    expect(silences).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(silences).toMatchObject([{ silenceMs: 120_000 }]);
  });

  test('[rt.retry.timeouts] a finished call is watched no more', () => {
    const { silences, watchdog } = watch();
    watchdog.stop();
    vi.advanceTimersByTime(600_000);
    expect(silences).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
