import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LoadMonitor } from './load-monitor.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A monitor whose event loop comes round as late as the test says. */
function aMonitor(runningLegs: number) {
  const logged: string[] = [];
  const load = { runningLegs, latenessMs: 0, now: 0 };
  const log = (_: object, message: string) => void logged.push(message);
  const monitor = new LoadMonitor({
    runningLegs: () => load.runningLegs,
    logger: { warn: log, info: log } as never,
    now: () => load.now,
  });
  const look = (times: number) => {
    for (let time = 0; time < times; time += 1) {
      load.now += 100 + load.latenessMs;
      vi.advanceTimersByTime(100);
    }
    return monitor.isOverloaded;
  };
  return { monitor, load, look, logged };
}

test('many legs and a loop that stays late are an overload, until the loop keeps up again', () => {
  const { monitor, load, look, logged } = aMonitor(1000);
  expect(monitor.isOverloaded).toBe(false);
  expect(look(20)).toBe(false);
  load.latenessMs = 120;
  expect(look(20)).toBe(true);
  load.latenessMs = 5;
  expect(look(20)).toBe(false);
  expect(logged).toEqual([
    'Overloaded: new executions are refused, those that run go on',
    'New executions are accepted again',
  ]);
});

test('one long pause is not an overload', () => {
  const { monitor, load, look } = aMonitor(1000);
  expect(monitor.isOverloaded).toBe(false);
  load.latenessMs = 200;
  expect(look(1)).toBe(false);
  load.latenessMs = 0;
  expect(look(5)).toBe(false);
});

test('few legs are never an overload, and cost no timer', () => {
  const { monitor, load, look } = aMonitor(499);
  load.latenessMs = 500;
  expect(monitor.isOverloaded).toBe(false);
  expect(look(20)).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('when most legs have ended work is accepted again and the timer stops', () => {
  const { monitor, load, look } = aMonitor(1000);
  load.latenessMs = 300;
  expect(monitor.isOverloaded).toBe(false);
  expect(look(20)).toBe(true);
  load.runningLegs = 3;
  expect(look(1)).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
