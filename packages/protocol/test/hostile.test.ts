import { describe, expect, test } from 'vitest';
import { validateAgent } from '../src/index.ts';
import { asPayload, hostile, large, thousandLines, wide } from './hostile.ts';

/** What it costs is measured by `npm run bench`; here it is enough that it ends and says why. */
describe('hostile input is refused', () => {
  const harmless = new Set(['a prompt of braces', 'a prompt of open tags']);
  const cases = Object.entries(hostile).filter(([title]) => !harmless.has(title));

  test.each(cases)('%s', (_title, payload) => {
    expect(validateAgent(payload).errors[0]?.code).toMatch(/^(?:PROTO|PROMPT|FILE)_/);
  });

  test.each([...harmless])('%s is text', (title) => {
    expect(validateAgent(hostile[title]).errors).toEqual([]);
  });

  test.each(Object.entries({ ...large, ...wide }))('%s', (_title, protocol) => {
    const { valid, errors, warnings } = validateAgent(asPayload(protocol));
    expect(valid).toBe(false);
    expect(errors.length).toBeLessThanOrEqual(501);
    expect(warnings.length).toBeLessThanOrEqual(501);
  });
});

test('a protocol of a thousand lines is valid', () => {
  expect(validateAgent(thousandLines).errors.filter(({ code }) => code !== 'PROTO_TOO_MANY')).toEqual([]);
});
