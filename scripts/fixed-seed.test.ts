import fc from 'fast-check';
import { expect, test } from 'vitest';

test('a property tries the same values each time that it runs', () => {
  const valuesOfARun = () => {
    const values: number[] = [];
    fc.assert(fc.property(fc.nat(), (value) => void values.push(value)));
    return values;
  };
  const values = valuesOfARun();
  expect(new Set(values).size).toBeGreaterThan(50);
  expect(valuesOfARun()).toEqual(values);
});
