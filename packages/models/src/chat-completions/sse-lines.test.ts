import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SseLines } from './sse-lines.ts';

function read(pieces: readonly Buffer[]): string[] {
  const events: string[] = [];
  const lines = new SseLines((data) => events.push(data));
  for (const piece of pieces) lines.write(piece);
  lines.end();
  return events;
}

test('events come out the same however the bytes are cut', () => {
  const event = fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.replace(/[\r\n]/g, '_'));
  fc.assert(
    fc.property(fc.array(event), fc.array(fc.nat(40)), fc.constantFrom('\n', '\r\n'), (events, cuts, newline) => {
      const bytes = Buffer.from(events.map((data) => `data: ${data}${newline}${newline}`).join(''));
      const pieces: Buffer[] = [];
      let start = 0;
      for (const cut of cuts) {
        pieces.push(bytes.subarray(start, start + cut));
        start += cut;
      }
      pieces.push(bytes.subarray(start));
      expect(read(pieces)).toEqual(events.map((data) => Buffer.from(data).toString()));
    }),
  );
});

test('comments, other fields and empty events are skipped; data lines of one event are joined', () => {
  const text = ': ping\n\nevent: x\nid: 1\nretry: 5\n\ndata:a\ndata: b\n\ndata: c';
  expect(read([Buffer.from(text)])).toEqual(['a\nb', 'c']);
});

test('a long line in many pieces is one event, one without end is refused', () => {
  const piece = Buffer.alloc(16 * 1024, 'x');
  const events: string[] = [];
  const lines = new SseLines((data) => events.push(data));
  lines.write(Buffer.from('data: '));
  for (let count = 0; count < 1024; count++) lines.write(piece);
  lines.write(Buffer.from('\n\n'));
  expect(events.map((data) => data.length)).toEqual([16 * 1024 * 1024]);

  const endless = () => {
    for (let count = 0; count < 3 * 1024; count++) lines.write(piece);
  };
  expect(endless).toThrow('one event is longer than 32 Mi characters');
  const endlessLines = () => {
    for (let count = 0; count < 3 * 1024; count++) lines.write(Buffer.concat([Buffer.from('\ndata: '), piece]));
  };
  expect(endlessLines).toThrow('one event is longer');
});
