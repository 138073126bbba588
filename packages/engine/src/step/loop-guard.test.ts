import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LoopGuard } from './loop-guard.ts';

test('the fortieth copy of a unit is one too many', () => {
  const guard = new LoopGuard();
  expect(guard.push('ab'.repeat(39))).toBeUndefined();
  expect(guard.push('ab')).toBe(2);
});

test('[rt.guard.loop] wherever a loop begins and however it is cut into deltas, its first copy and nothing more is kept', () => {
  const unit = fc.uniqueArray(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(unit, fc.nat(50), fc.integer({ min: 1, max: 30 }), (letters, lead, size) => {
      const copy = letters.join('');
      const said = `${'0123456789'.repeat(6).slice(0, lead)}${copy.repeat(40)}`;
      const guard = new LoopGuard();
      let keep: number | undefined;
      for (let at = 0; at < said.length && keep === undefined; at += size) keep = guard.push(said.slice(at, at + size));
      expect(said.slice(0, keep)).toBe(`${said.slice(0, lead)}${copy}`);
    }),
  );
});

test('units longer than 200 characters are no loop', () => {
  const unit = Array.from({ length: 201 }, (_, index) => String.fromCharCode(0x4e00 + index)).join('');
  expect(new LoopGuard().push(unit.repeat(60))).toBeUndefined();
});
