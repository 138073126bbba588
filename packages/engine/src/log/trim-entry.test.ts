import type { LogEntry } from '@octavus/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trimEntry } from './trim-entry.ts';

const common = { id: 'log-1', timestamp: '2026-03-04T09:30:00.000Z', sequence: 0 };

test('an entry within the limits comes back as it is', () => {
  const entry: LogEntry = { ...common, type: 'llm-response', response: 'x'.repeat(60_000) };
  expect(trimEntry(entry)).toBe(entry);
});

test('[rt.log.trim] a field over 64 KiB is replaced by its head and tail', () => {
  const entry: LogEntry = { ...common, type: 'llm-response', response: `head${'ä'.repeat(70_000)}tail` };
  const trimmed = trimEntry(entry);
  expect(trimmed.trimmed).toBe(true);
  expect(trimmed.type).toBe('llm-response');
  expect(trimmed.response).toMatchObject({ __trimmed: true, originalBytes: 140_010 });
  const { preview, keptBytes } = trimmed.response as { preview: string; keptBytes: number };
  expect(preview.startsWith('"head')).toBe(true);
  expect(preview.endsWith('tail"')).toBe(true);
  expect(keptBytes).toBe(new TextEncoder().encode(preview).length);
});

test('[rt.log.trim] the largest fields give way when the entry is over 256 KiB', () => {
  const sizes = [60_000, 59_000, 58_000, 57_000, 56_000];
  const fields = Object.fromEntries(sizes.map((size, index) => [`field${index}`, 'x'.repeat(size)]));
  const trimmed = trimEntry({ ...common, type: 'image-adapted', ...fields });
  expect(trimmed.field0).toMatchObject({ __trimmed: true });
  expect(trimmed.field4).toBe('x'.repeat(56_000));
});

test('whatever is in an entry, what is stored stays under 256 KiB', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.nat(80_000).map((length) => '€'.repeat(length)),
    fc.nat(40_000).map((length) => '😀'.repeat(length)),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), (values) => {
      const entry = trimEntry({ ...common, type: 'tool-call', ...Object.fromEntries(values.entries()) });
      expect(new TextEncoder().encode(JSON.stringify(entry)).length).toBeLessThan(256 * 1024);
    }),
    { numRuns: 50 },
  );
});
