import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateAgent } from '../src/index.ts';
import { agentSlugs, readAgentPayload, readFixtures } from './fixtures.ts';

const settings = { slug: 'fixture', name: 'Fixture', format: 'interactive' };
const corpus = [
  ...agentSlugs.map(readAgentPayload),
  ...[...readFixtures('invalid'), ...readFixtures('warnings')].map(
    ({ payload }) => payload as ReturnType<typeof readAgentPayload>,
  ),
];

/** Whatever the payload, the result is well formed. */
function expectSoundResult(payload: unknown): void {
  const { valid, errors, warnings, definition } = validateAgent(payload);
  expect(valid).toBe(errors.length === 0);
  expect(definition !== undefined).toBe(valid);
  for (const list of [errors, warnings]) {
    expect(list.length).toBeLessThanOrEqual(500);
    for (const { path, message, line, column } of list) {
      expect(path).not.toBe('');
      expect(message.length).toBeLessThan(2_000);
      expect((line ?? 1) >= 1 && (column ?? 1) >= 1).toBe(true);
    }
  }
}

describe('nothing makes the validator throw', () => {
  test('any value as payload', () => {
    fc.assert(fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), expectSoundResult), {
      numRuns: 300,
    });
  });

  test('any value in the place of each part', () => {
    const part = fc.oneof(fc.anything(), fc.array(fc.record({ name: fc.anything(), content: fc.anything() })));
    const payload = fc.record({ settings: part, protocol: part, prompts: part, references: part });
    fc.assert(fc.property(payload, expectSoundResult), { numRuns: 300 });
  });

  test('any text as protocol', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), yamlText());
    fc.assert(
      fc.property(text, (protocol) => expectSoundResult({ settings, protocol, prompts: [] })),
      { numRuns: 1_000 },
    );
  });

  test('any text as prompt', () => {
    const content = fc.array(fc.constantFrom(...promptPieces)).map((pieces) => pieces.join(''));
    const { protocol } = readAgentPayload('marina-helpdesk');
    fc.assert(
      fc.property(content, (text) =>
        expectSoundResult({ settings, protocol, prompts: [{ name: 'system', content: text }] }),
      ),
      { numRuns: 300 },
    );
  });

  test('agents and fixtures with a piece cut out, moved or replaced', () => {
    const mutation = fc.record({
      payload: fc.constantFrom(...corpus),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(60),
      insert: fc.oneof(fc.constant(''), fc.constantFrom(...yamlPieces), fc.string({ maxLength: 12 })),
      format: fc.constantFrom('interactive', 'worker', 'chat'),
    });
    fc.assert(
      fc.property(mutation, ({ payload, from, length, insert, format }) => {
        const start = Math.floor(from * payload.protocol.length);
        const protocol = payload.protocol.slice(0, start) + insert + payload.protocol.slice(start + length);
        expectSoundResult({ ...payload, protocol, settings: { ...payload.settings, format } });
      }),
      { numRuns: 2_000 },
    );
  });

  test('agents in which one line is swapped for a line of another', () => {
    const lines = corpus.flatMap(({ protocol }) => protocol.split('\n'));
    const mutation = fc.record({
      payload: fc.constantFrom(...corpus),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      line: fc.constantFrom(...lines),
    });
    fc.assert(
      fc.property(mutation, ({ payload, at, line }) => {
        const own = payload.protocol.split('\n');
        own[Math.floor(at * own.length)] = line;
        expectSoundResult({ ...payload, protocol: own.join('\n') });
      }),
      { numRuns: 2_000 },
    );
  });
});

test('the same payload gives the same result', () => {
  for (const payload of corpus) expect(validateAgent(payload)).toEqual(validateAgent(payload));
});

test('every placeholder of a message is filled', () => {
  for (const payload of corpus) {
    const { errors, warnings } = validateAgent(payload);
    for (const { message } of [...errors, ...warnings])
      expect(message.replace(/\{\{.*?\}\}/g, '')).not.toMatch(/\{\w+\}/);
  }
});

const yamlPieces = [
  '\n',
  '  ',
  ': ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '&a ',
  '*a',
  '<<: *a',
  '!!set ',
  '!x ',
  '"',
  "'",
  '|\n',
  '? ',
  '~',
  'null',
  '__proto__: 1',
  'constructor: {}',
  '.inf',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '#',
  '\t',
  '\u0000',
  '\uFEFF',
  '\r',
  '\u2028',
];

const promptPieces = [
  '{{',
  '}}',
  '{{#if A}}',
  '{{else}}',
  '{{else if A == "x"}}',
  '{{/if}}',
  '{{@system.md}}',
  '{{A}}',
  '\n',
  ' ',
  'a',
];

function yamlText(): fc.Arbitrary<string> {
  const words = [
    'agent',
    'tools',
    'types',
    'handlers',
    'triggers',
    'input',
    'steps',
    'a',
    'A',
    'type',
    'anyOf',
    'block',
  ];
  return fc.array(fc.constantFrom(...yamlPieces, ...words), { maxLength: 40 }).map((pieces) => pieces.join(''));
}
