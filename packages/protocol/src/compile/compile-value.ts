import type { NameScope } from '../checks/seam.ts';
import { literalText, referenceIn } from '../checks/values.ts';
import type { BlockValue } from '../definition/blocks.ts';
import type { YamlNode } from '../parse/node.ts';
import { nodeValue } from '../types/node-value.ts';

/** A value of a block (protocol-language.md 3.3); lists and maps without a reference are one literal. */
export function compileValue(node: YamlNode | undefined, scope: NameScope): BlockValue {
  if (node === undefined) return { kind: 'literal', value: null };
  if (node.kind === 'list') {
    const items = node.items.map((item) => compileValue(item, scope));
    const literals = items.flatMap((item) => (item.kind === 'literal' ? [item.value] : []));
    return literals.length === items.length ? { kind: 'literal', value: literals } : { kind: 'list', items };
  }
  if (node.kind === 'map') return compileMap(node, scope);
  if (typeof node.value !== 'string') return { kind: 'literal', value: nodeValue(node) ?? null };
  const name = referenceIn(node.value, scope);
  return name === undefined ? { kind: 'literal', value: literalText(node.value) } : { kind: 'reference', name };
}

function compileMap(node: YamlNode & { kind: 'map' }, scope: NameScope): BlockValue {
  const entries = [...node.entries].map(([key, value]) => [key, compileValue(value, scope)] as const);
  const literals = entries.flatMap(([key, value]) => (value.kind === 'literal' ? [[key, value.value] as const] : []));
  // `fromEntries` defines own properties, also for a key such as `__proto__`.
  return literals.length === entries.length
    ? { kind: 'literal', value: Object.fromEntries(literals) }
    : { kind: 'map', entries };
}
