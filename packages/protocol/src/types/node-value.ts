import type { JsonValue } from '@octavus/core';
import type { YamlNode } from '../parse/node.ts';

/** The JSON value a node stands for, or `undefined` when it holds a number JSON does not have (`.inf`, `.nan`). */
export function nodeValue(node: YamlNode): JsonValue | undefined {
  if (node.kind === 'scalar') return isJson(node.value) ? node.value : undefined;
  if (node.kind === 'list') {
    const items = node.items.map(nodeValue);
    return items.includes(undefined) ? undefined : (items as JsonValue[]);
  }
  const entries = [...node.entries].map(([key, value]) => [key, nodeValue(value)] as const);
  // Object.fromEntries makes own properties of all keys, `__proto__` included.
  return entries.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(entries) as JsonValue);
}

function isJson(value: string | number | boolean | null): boolean {
  return typeof value !== 'number' || Number.isFinite(value);
}
