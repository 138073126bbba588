import { describe, expect, test } from 'vitest';
import { validateAgent } from '../src/index.ts';
import { readAgentPayload } from './fixtures.ts';

const settings = { slug: 'fixture', name: 'Fixture', format: 'interactive' };
const rest = 'agent: { model: offline/default, system: system }\n';

/** The quickest of a few runs: other processes share the machine. */
function milliseconds(payload: unknown, runs = 5): number {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    validateAgent(payload);
    return performance.now() - start;
  });
  return Math.min(...times);
}

const withProtocol = (protocol: string) => ({ settings, protocol, prompts: [{ name: 'system', content: 'Hi.' }] });
const withPrompt = (content: string) => ({ settings, protocol: rest, prompts: [{ name: 'system', content }] });

describe('validation is quick', () => {
  test('the largest example takes a few milliseconds', () => {
    const payload = readAgentPayload('site-inspector');
    milliseconds(payload, 20);
    expect(milliseconds(payload, 20)).toBeLessThan(15);
  });

  test('a protocol of a thousand lines takes tens of milliseconds', () => {
    const tools = Array.from(
      { length: 250 },
      (_, i) => `  tool-${i}:\n    description: Tool ${i}.\n    parameters:\n      id: { type: string }\n`,
    );
    const payload = withProtocol(`${rest}tools:\n${tools.join('')}`);
    milliseconds(payload, 5);
    expect(milliseconds(payload)).toBeLessThan(100);
  });
});

const bomb = [
  'a: &a [x, x]',
  ...[...'bcdefghijklm'].map((name, i) => `${name}: &${name} [*${'abcdefghijkl'[i]}, *${'abcdefghijkl'[i]}]`),
];

const hostile: Record<string, unknown> = {
  'an alias bomb': withProtocol(bomb.join('\n')),
  'ten thousand open braces': withProtocol(`a: ${'{'.repeat(10_000)}`),
  'a hundred thousand open brackets': withProtocol(`a: ${'['.repeat(100_000)}`),
  'nested sequences on one line': withProtocol('- '.repeat(100_000)),
  'nested complex keys': withProtocol('? '.repeat(100_000)),
  'a string of megabytes': withProtocol(`agent: "${'x'.repeat(4_000_000)}"`),
  'a string of the largest size': withProtocol(`agent: "${'x'.repeat(250_000)}"`),
  'tabs only': withProtocol('\t'.repeat(200_000)),
  'names of object prototypes': withProtocol(
    `__proto__: { a: 1 }\nconstructor: 1\ntypes: { toString: { __proto__: { type: string } } }\n${rest}`,
  ),
  'types in circles': withProtocol(
    `${rest}types:\n${Array.from({ length: 400 }, (_, i) => `  T${i}: { a: { type: T${(i + 1) % 400} }, b: { type: T${(i + 7) % 400} } }\n`).join('')}`,
  ),
  'types that double at each level': withProtocol(
    `${rest}types:\n${Array.from({ length: 60 }, (_, i) => `  T${i}: { a: { type: T${i + 1} }, b: { type: T${i + 1} } }\n`).join('')}  T60: { a: { type: string } }\n`,
  ),
  'prompts that include each other': {
    settings,
    protocol: rest,
    prompts: Array.from({ length: 500 }, (_, i) => ({
      name: `p${i}`,
      content: `{{@p${(i + 1) % 500}.md}}`.repeat(20),
    })),
  },
  'a hundred thousand conditionals': withPrompt('{{#if A}}'.repeat(28_000)),
  'a prompt of braces': withPrompt('{'.repeat(250_000)),
  'a prompt of open tags': withPrompt('{{A '.repeat(60_000)),
};

describe('hostile input costs little', () => {
  test.each(Object.entries(hostile))('%s', (_title, payload) => {
    expect(milliseconds(payload, 5)).toBeLessThan(500);
  });

  // Texts that are as large as a file may be: linear, and never long.
  const large: Record<string, string> = {
    'sixty thousand list items': '- a\n'.repeat(60_000),
    'sixty thousand commas': `a: [${','.repeat(60_000)}]`,
    'twenty thousand entries': Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n'),
    'fifty thousand repeated keys': 'a: 1\n'.repeat(50_000),
    'sixty thousand documents': '---\n'.repeat(60_000),
    'a quarter of a million line ends': '\n'.repeat(250_000),
    'many closing brackets': ']'.repeat(100_000),
    'many tags': `a: ${'!x '.repeat(80_000)}`,
  };

  test.each(Object.entries(large))('%s', (_title, protocol) => {
    expect(milliseconds(withProtocol(protocol), 1)).toBeLessThan(5_000);
  });
});

describe('thousands of names that are wrong cost little each', () => {
  const agent = (settings: string) => `agent: { model: offline/default, system: system, ${settings} }\n`;
  const many = (count: number, line: (index: number) => string, separator = '') =>
    Array.from({ length: count }, (_, index) => line(index)).join(separator);
  const wide: Record<string, string> = {
    mappings: `${agent(`input: [${many(10_000, (i) => `NAME_X${i}`, ', ')}]`)}input:\n${many(4_000, (i) => `  NAME_Y${i}: { type: string }\n`)}`,
    skills: `${agent(`skills: [${many(10_000, (i) => `skill-x${i}`, ', ')}]`)}skills:\n${many(6_000, (i) => `  skill-y${i}: {}\n`)}`,
    types: `${agent('')}types:\n${many(5_000, (i) => `  T${i}: { a: { type: U${i} } }\n`)}`,
    blocks: `${agent('')}triggers: { ask: {} }\nhandlers:\n  ask:\n${many(5_000, (i) => `    B${i}: { block: next-message, thread: t${i} }\n`)}`,
  };

  test.each(Object.entries(wide))('%s', (_title, protocol) => {
    expect(milliseconds(withProtocol(protocol), 2)).toBeLessThan(3_000);
  });
});
