import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../events/index.ts';
import { createSseDecoder } from './data.ts';
import { createEventDecoder, decodeEvents } from './decode.ts';
import { encodeDone, encodeEvent, encodeHeartbeat } from './encode.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

const textDelta = (delta: string): StreamEvent => ({ type: 'text-delta', id: 'txt-1', delta });

const anyEvent: fc.Arbitrary<StreamEvent> = fc.oneof(
  fc.string({ unit: 'binary' }).map(textDelta),
  fc.jsonValue().map((output): StreamEvent => ({ type: 'tool-output-available', toolCallId: 'call_1', output })),
);

/** Cuts anywhere, in the middle of a character too. */
function cut(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let from = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(from, from + size));
    from += size;
  }
  return [...chunks, bytes.subarray(from)];
}

function decodeAll(chunks: readonly (Uint8Array | string)[]) {
  const decoder = createEventDecoder();
  const events = chunks.flatMap((chunk) => decoder.decode(chunk));
  return { events: [...events, ...decoder.end()], isDone: decoder.isDone };
}

/** What JSON keeps of a value; `-0` is the one that changes. */
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

describe('encode', () => {
  test('an event is one data line and an empty line', () => {
    expect(encodeEvent(textDelta('a\nb'))).toBe('data: {"type":"text-delta","id":"txt-1","delta":"a\\nb"}\n\n');
  });

  test('the end marker and the heartbeat have their literal form', () => {
    expect(encodeDone()).toBe('data: [DONE]\n\n');
    expect(encodeHeartbeat()).toBe(': heartbeat\n\n');
  });
});

describe('decode', () => {
  test('any chunking of any events, with heartbeats and any line end, gives the same events back', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(anyEvent), sizes, fc.constantFrom('\n', '\r\n', '\r'), (events, chunkSizes, lineEnd) => {
        const text = events.map((event) => encodeHeartbeat() + encodeEvent(event)).join('') + encodeDone();
        const bytes = bytesOf(text.replaceAll('\n', lineEnd));
        expect(decodeAll(cut(bytes, chunkSizes))).toEqual({ events: asJson(events), isDone: true });
      }),
    );
  });

  test('arbitrary bytes never throw', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array()), (chunks) => void decodeAll(chunks)));
  });

  test('data that is no event, comments and other fields are skipped', () => {
    const text =
      'event: x\nid: 7\n\ndata: {oops\n\ndata: 5\n\ndata: null\n\ndata: {}\n\n: hi\ndata: {"type":"start"}\n\n';
    expect(decodeAll([text]).events).toEqual([{ type: 'start' }]);
  });

  test.each([
    ['no space after the colon', 'data:{"type":"start"}\n\n'],
    ['CR as line end', 'data: {"type":"start"}\r\r'],
    ['several data lines', 'data: {"type":\ndata: "start"}\n\n'],
    ['no line end at all', 'data: {"type":"start"}'],
    ['one line end', 'data: {"type":"start"}\n'],
    ['a byte order mark', '\uFEFFdata: {"type":"start"}\n\n'],
  ])('an event is read with %s, whole and byte by byte', (_name, text) => {
    expect(decodeAll([bytesOf(text)]).events).toEqual([{ type: 'start' }]);
    expect(decodeAll([...bytesOf(text)].map((byte) => Uint8Array.of(byte))).events).toEqual([{ type: 'start' }]);
  });

  test('only one space after the colon belongs to the format', () => {
    const decoder = createSseDecoder();
    expect(decoder.decode('data:  a\ndata\n\ndata:b\n\n')).toEqual([' a', 'b']);
  });

  test('nothing after the end marker is read', () => {
    const { events, isDone } = decodeAll([
      encodeDone() + encodeEvent(textDelta('late')),
      encodeEvent(textDelta('later')),
    ]);
    expect({ events, isDone }).toEqual({ events: [], isDone: true });
  });

  test('a line over the limit is dropped and the next one is read', () => {
    const decoder = createEventDecoder({ maxLineLength: 100 });
    const long = encodeEvent(textDelta('x'.repeat(200)));
    const events = [long.slice(0, 80), long.slice(80), encodeEvent(textDelta('ok'))].flatMap((part) =>
      decoder.decode(part),
    );
    expect(events).toEqual([textDelta('ok')]);
  });

  test.each([
    ['a line before', `data: ${'x'.repeat(200)}\ndata: {"type":"start"}\n\n`],
    ['a line after', `data: {"type":"start"}\ndata: ${'x'.repeat(200)}\n\n`],
    ['a comment', `data: {"type":"start"}\n: ${'x'.repeat(200)}\n\n`],
    ['all its lines together', `data: {"type":"start"}\n${'data:  \n'.repeat(100)}\n`],
  ])('an event with %s over the limit is dropped whole', (_name, text) => {
    const decoder = createSseDecoder({ maxLineLength: 100 });
    expect(decoder.decode(`${text}data: next\n\n`)).toEqual(['next']);
  });

  test('a stream is read to its end and says whether it broke', async () => {
    const read = async (chunks: string[]) => {
      const events = decodeEvents(chunks);
      for (let step = await events.next(); ; step = await events.next()) if (step.done) return step.value;
    };
    expect(await read([encodeEvent(textDelta('a')), encodeDone()])).toBe('done');
    expect(await read([encodeEvent(textDelta('a'))])).toBe('broken');
  });
});
