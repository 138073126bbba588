import { describe, expect, test } from 'vitest';
import { createDiagnosticCollector } from '../diagnostics/report.ts';
import { childPath, type MapNode, type YamlNode } from './node.ts';
import { parseProtocol } from './parse-protocol.ts';

function parse(text: string): { root: MapNode | undefined; errors: string[] } {
  const { report, addSource, finish } = createDiagnosticCollector();
  addSource('protocol', text);
  const root = parseProtocol(text, report);
  return { root, errors: finish().errors.map(({ code, path, line, column }) => `${code} ${path} ${line}:${column}`) };
}

function nodeAt(root: YamlNode | undefined, ...keys: (string | number)[]): YamlNode | undefined {
  const [key, ...rest] = keys;
  if (key === undefined || root === undefined || root.kind === 'scalar') return root;
  return nodeAt(root.kind === 'map' ? root.entries.get(String(key)) : root.items[Number(key)], ...rest);
}

describe('nodes', () => {
  const text = 'agent:\n  tools: [a, "b"]\n  empty:\n  size: 1.0\n1: x\n';
  const { root } = parse(text);

  test('know their path and where they stand', () => {
    const tools = nodeAt(root, 'agent', 'tools')!;
    expect(tools.path).toBe('agent.tools');
    expect(text.slice(tools.offset, tools.end)).toBe('[a, "b"]');
    expect(text.slice(tools.keyOffset)).toMatch(/^tools:/);
    expect(nodeAt(root, 'agent', 'tools', 1)).toMatchObject({ path: 'agent.tools.1', value: 'b', isPlain: false });
  });

  test('a value that is not written stands at its key', () => {
    const empty = nodeAt(root, 'agent', 'empty')!;
    expect(empty).toMatchObject({ value: null, offset: empty.keyOffset });
  });

  test('scalars keep their source text', () => {
    expect(nodeAt(root, 'agent', 'size')).toMatchObject({ value: 1, text: '1.0' });
    expect(nodeAt(root, '1')).toMatchObject({ value: 'x' });
  });

  test('names of object prototypes are names', () => {
    const { root: proto } = parse('__proto__: { constructor: 1 }\n');
    expect(nodeAt(proto, '__proto__', 'constructor')).toMatchObject({ value: 1 });
  });
});

describe('aliases', () => {
  test('are expanded with the path of their place', () => {
    const { root } = parse('x-a: &a { k: [1] }\nb: *a\n');
    expect(nodeAt(root, 'b', 'k', 0)).toMatchObject({ path: 'b.k.0', value: 1 });
  });

  test('mean the anchor before them', () => {
    const { root } = parse('x-a: &a 1\nb: *a\nx-c: &a 2\nd: *a\n');
    expect(nodeAt(root, 'b')).toMatchObject({ value: 1 });
    expect(nodeAt(root, 'd')).toMatchObject({ value: 2 });
  });

  test('up to a hundred are fine', () => {
    const text = (count: number) => `x-a: &a 1\nb: [${Array.from({ length: count }, () => '*a').join(', ')}]\n`;
    expect(parse(text(100)).errors).toEqual([]);
    expect(parse(text(101)).errors).toEqual(['PROTO_YAML_ALIAS_LIMIT protocol undefined:undefined']);
  });
});

describe('what the profile forbids', () => {
  test.each([
    ['a: 1\na: 2\na: 3\n', ['PROTO_YAML_DUPLICATE_KEY a 2:1', 'PROTO_YAML_DUPLICATE_KEY a 3:1']],
    ['a: { b: 1, "b": 2 }\n', ['PROTO_YAML_DUPLICATE_KEY a.b 1:12']],
    ['a: { ? [x] : 1, ~: 2 }\n', ['PROTO_YAML_KEY a 1:4']],
    ['a: !!binary aGk=\n', ['PROTO_YAML_TAG a 1:13']],
    ['a: !!str 1\nb: !!int "2"\n', []],
    ['%TAG !e! tag:example.org,2000:\n---\na: !e!x 1\n', ['PROTO_YAML_TAG a 3:9']],
    ['%YAML 1.2\n---\na: 1\n', []],
    ['%YAML 1.3\n---\na: 1\n', ['PROTO_YAML_VERSION protocol 1:1']],
    ['---\na: 1\n...\n', []],
    ['a: 1\n---\nb: [\n', ['PROTO_YAML_MULTIPLE_DOCUMENTS protocol 2:1']],
    ['{}\n', ['PROTO_EMPTY protocol undefined:undefined']],
    ['~\n', ['PROTO_EMPTY protocol undefined:undefined']],
    ['"<<": 1\n', []],
    ['a: "\\q"\n', ['PROTO_YAML_SYNTAX protocol 1:5']],
  ])('%j', (text, expected) => {
    expect(parse(text).errors).toEqual(expected);
  });

  test('the first node on level 33', () => {
    const nested = (levels: number) => `a: ${'['.repeat(levels - 1)}x${']'.repeat(levels - 1)}\n`;
    expect(parse(nested(31)).errors).toEqual([]);
    expect(parse(nested(32)).errors).toEqual([`PROTO_YAML_DEPTH a${'.0'.repeat(31)} 1:35`]);
  });
});

describe('long texts', () => {
  const filler = (length: number) => 'x: { text: some words } # and more\n'.repeat(length);

  test('a syntax error near the start is the only finding', () => {
    expect(parse(`a:\n\tb: 1\n${filler(5_000)}`).errors).toEqual(['PROTO_YAML_SYNTAX protocol 2:1']);
  });

  test('more repeated keys than are shown need no reading to the end', () => {
    const { errors } = parse('__proto__: 1\n'.repeat(19_000));
    expect(errors).toHaveLength(500);
    expect(errors.slice(0, 2)).toEqual([
      'PROTO_YAML_DUPLICATE_KEY __proto__ 2:1',
      'PROTO_YAML_DUPLICATE_KEY __proto__ 3:1',
    ]);
  });

  test('a few repeated keys are found up to the end', () => {
    const keys = Array.from({ length: 9_000 }, (_, index) => `k${index}: 1\n`).join('');
    expect(parse(`a: 1\na: 1\n${keys}a: 1\n`).errors).toEqual([
      'PROTO_YAML_DUPLICATE_KEY a 2:1',
      'PROTO_YAML_DUPLICATE_KEY a 9003:1',
    ]);
  });

  test.each([
    ['a quoted text', `a: "${'x '.repeat(60_000)}"\n`],
    ['a quoted text of many lines', `a: "${'x\n  '.repeat(30_000)}"\n`],
    ['a text block', `a: |\n${'  x\n'.repeat(30_000)}`],
    ['one list', `a: [${'word, '.repeat(15_000)}]\n`],
    ['a list of many lines', `a: [\n${'  word,\n'.repeat(12_000)}]\n`],
    ['one mapping', `a: {${Array.from({ length: 9_000 }, (_, index) => `k${index}: 1, `).join('')}}\n`],
  ])('%s may reach over the part that is read first', (_title, text) => {
    expect(parse(text).errors).toEqual([]);
  });

  test('blank lines and comments are no protocol', () => {
    expect(parse('\t\n # x\n'.repeat(20_000)).errors).toEqual(['PROTO_EMPTY protocol undefined:undefined']);
  });
});

test.each([
  ['', 'a', 'a'],
  ['a', 0, 'a.0'],
  ['a', 'b.c', 'a["b.c"]'],
  ['a', '', 'a[""]'],
  ['a', 'b"c', 'a["b\\"c"]'],
  ['a', 'b c', 'a.b c'],
])('path %j with key %j is %j', (path, key, expected) => {
  expect(childPath(path, key)).toBe(expected);
});
