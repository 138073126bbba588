/** Definitions made to cost time or memory, by what they do. All are refused, within the limits of protocol-language.md 1.4. */
const settings = { slug: 'fixture', name: 'Fixture', format: 'interactive' };
const rest = 'agent: { model: offline/default, system: system }\n';

const withProtocol = (protocol: string) => ({ settings, protocol, prompts: [{ name: 'system', content: 'Hi.' }] });
const withPrompt = (content: string) => ({ settings, protocol: rest, prompts: [{ name: 'system', content }] });

/** A valid protocol of about a thousand lines. */
export const thousandLines = withProtocol(
  `${rest}tools:\n${Array.from(
    { length: 250 },
    (_, i) => `  tool-${i}:\n    description: Tool ${i}.\n    parameters:\n      id: { type: string }\n`,
  ).join('')}`,
);

const bomb = [
  'a: &a [x, x]',
  ...[...'bcdefghijklm'].map((name, i) => `${name}: &${name} [*${'abcdefghijkl'[i]}, *${'abcdefghijkl'[i]}]`),
];

export const hostile: Readonly<Record<string, unknown>> = {
  'an alias bomb': withProtocol(bomb.join('\n')),
  'ten thousand open braces': withProtocol(`a: ${'{'.repeat(10_000)}`),
  'a hundred thousand open brackets': withProtocol(`a: ${'['.repeat(100_000)}`),
  'nested sequences on one line': withProtocol('- '.repeat(100_000)),
  'nested complex keys': withProtocol('? '.repeat(100_000)),
  'a string of megabytes': withProtocol(`agent: "${'x'.repeat(4_000_000)}"`),
  'a string of the largest size': withProtocol(`agent: "${'x'.repeat(250_000)}"`),
  'tabs only': withProtocol('\t'.repeat(200_000)),
  'lines of tabs': withProtocol('\t\n'.repeat(125_000)),
  'tabs as indentation': withProtocol('a:\n\tb: 1\n'.repeat(25_000)),
  'fifty thousand repeated keys': withProtocol('a: 1\n'.repeat(50_000)),
  'twenty thousand keys named __proto__': withProtocol('__proto__: 1\n'.repeat(20_000)),
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

/** Texts as large as a file may be. */
export const large: Readonly<Record<string, string>> = {
  'sixty thousand list items': '- a\n'.repeat(60_000),
  'sixty thousand commas': `a: [${','.repeat(60_000)}]`,
  'twenty thousand entries': Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n'),
  'sixty thousand documents': '---\n'.repeat(60_000),
  'a quarter of a million line ends': '\n'.repeat(250_000),
  'many closing brackets': ']'.repeat(100_000),
  'many tags': `a: ${'!x '.repeat(80_000)}`,
};

const agent = (settings: string) => `agent: { model: offline/default, system: system, ${settings} }\n`;
const many = (count: number, line: (index: number) => string, separator = '') =>
  Array.from({ length: count }, (_, index) => line(index)).join(separator);
/** Thousands of names that lead nowhere. */
export const wide: Readonly<Record<string, string>> = {
  mappings: `${agent(`input: [${many(10_000, (i) => `NAME_X${i}`, ', ')}]`)}input:\n${many(4_000, (i) => `  NAME_Y${i}: { type: string }\n`)}`,
  skills: `${agent(`skills: [${many(10_000, (i) => `skill-x${i}`, ', ')}]`)}skills:\n${many(6_000, (i) => `  skill-y${i}: {}\n`)}`,
  types: `${agent('')}types:\n${many(5_000, (i) => `  T${i}: { a: { type: U${i} } }\n`)}`,
  blocks: `${agent('')}triggers: { ask: {} }\nhandlers:\n  ask:\n${many(5_000, (i) => `    B${i}: { block: next-message, thread: t${i} }\n`)}`,
};

export function asPayload(protocol: string): unknown {
  return withProtocol(protocol);
}
