import { expect, test } from 'vitest';
import { TimeSlices } from './time-slices.ts';

/** Slices of so many members, on a clock that only the test moves. */
function aClock(members = 1_001) {
  const clock = { now: 1_000 };
  const done: string[] = [];
  const slices = new TimeSlices({ now: () => clock.now });
  const joined = Array.from({ length: members }, () => slices.join());
  /** Work that takes `ms`. */
  const work = (name: string, ms: number) => () => {
    done.push(name);
    clock.now += ms;
  };
  return { clock, slices, done, work, joined };
}

/** A round of the event loop: its immediates, and the promises that they set off. */
const round = () => new Promise((resolve) => setImmediate(resolve));

test('work is done at once while the slice lasts', () => {
  const { slices, done, work } = aClock();
  slices.run(work('a', 0.5));
  slices.run(work('b', 0.5));
  expect(done).toEqual(['a', 'b']);
});

test('what comes after the slice is done in later rounds, in its order, a slice in each', async () => {
  const { slices, done, work } = aClock();
  for (const name of ['a', 'b', 'c', 'd', 'e']) slices.run(work(name, 1));
  expect(done).toEqual(['a', 'b']);
  await round();
  expect(done).toEqual(['a', 'b', 'c', 'd']);
  await round();
  expect(done).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('nobody overtakes those who wait', async () => {
  const { clock, slices, done, work } = aClock();
  slices.run(work('a', 3));
  slices.run(work('b', 0));
  clock.now += 100;
  slices.run(work('c', 0));
  expect(done).toEqual(['a']);
  await round();
  expect(done).toEqual(['a', 'b', 'c']);
});

test('between two slices the event loop does other things', async () => {
  const { slices, done, work } = aClock();
  for (const name of ['a', 'b', 'c', 'd']) slices.run(work(name, 2));
  setImmediate(() => done.push('a request'));
  await round();
  await round();
  await round();
  expect(done).toEqual(['a', 'b', 'a request', 'c', 'd']);
});

test('what work sets off, promises and ticks, is over before the next begins', async () => {
  const { clock, slices, done, work } = aClock();
  const later = (name: string) => async () => {
    await Promise.resolve();
    await Promise.resolve();
    process.nextTick(work(name, 2));
  };
  slices.run(() => (clock.now += 2));
  slices.run(later('b'));
  slices.run(later('c'));
  await round();
  expect(done).toEqual(['b']);
  await round();
  expect(done).toEqual(['b', 'c']);
});

test('slices are longer while no more than a thousand are members', async () => {
  const { slices, done, work, joined } = aClock();
  joined.pop()?.[Symbol.dispose]();
  for (const name of ['a', 'b', 'c', 'd', 'e']) slices.run(work(name, 10));
  expect(done).toEqual(['a', 'b']);
  await round();
  expect(done).toEqual(['a', 'b', 'c', 'd']);
});

test('what is done is forgotten, however long somebody waits', async () => {
  const { slices, done, work } = aClock();
  const count = 10_000;
  slices.run(work('first', 2));
  for (let index = 0; index < count; index += 1) slices.run(work(String(index), 0.001));
  while (done.length <= count) await round();
  expect(done).toEqual(['first', ...Array.from({ length: count }, (_, index) => String(index))]);
});

test('after a pause work is done at once again', () => {
  const { clock, slices, done, work } = aClock();
  slices.run(work('a', 1));
  clock.now += 1_000;
  slices.run(work('b', 1));
  expect(done).toEqual(['a', 'b']);
});
