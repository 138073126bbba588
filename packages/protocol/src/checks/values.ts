import { looksLikeVariable } from '../names.ts';
import { stringOf, valuePlace, type YamlNode } from '../parse/node.ts';
import type { LookupPlace } from './context.ts';
import type { NameScope } from './seam.ts';

const placeholder = /\{\{[ \t]*[A-Z][A-Z0-9_]*[ \t]*\}\}/;

/** Looks at every string inside a value (protocol-language.md 3.3): marks references and warns of near misses (98, 99). */
export function checkValue(node: YamlNode, place: LookupPlace): void {
  if (node.kind === 'list') for (const item of node.items) checkValue(item, place);
  if (node.kind === 'map') for (const entry of node.entries.values()) checkValue(entry, place);
  const text = stringOf(node);
  if (text === undefined) return;
  if (placeholder.test(text)) place.report('PROTO_VALUE_TEMPLATE', valuePlace(node), {});
  if (!looksLikeVariable(text)) return;
  const value = place.values.find(text);
  if (value) place.agent.usage.read.add(value);
  else {
    const help = { wrong: text, allowed: place.values.names() };
    place.report('PROTO_VALUE_LOOKS_LIKE_REFERENCE', valuePlace(node), { v: text }, help);
  }
}

/** The name a string of a value refers to, or `undefined` when the string is a literal. */
export function referenceIn(text: string, scope: NameScope): string | undefined {
  return looksLikeVariable(text) && scope.find(text) !== undefined ? text : undefined;
}

/** A literal string as it is passed on: `\STATUS` is the string `STATUS`. */
export function literalText(text: string): string {
  return text.startsWith('\\') && looksLikeVariable(text.slice(1)) ? text.slice(1) : text;
}

/** True when a string at any depth is a reference. */
export function hasReference(node: YamlNode, scope: NameScope): boolean {
  if (node.kind === 'list') return node.items.some((item) => hasReference(item, scope));
  if (node.kind === 'map') return [...node.entries.values()].some((entry) => hasReference(entry, scope));
  return typeof node.value === 'string' && referenceIn(node.value, scope) !== undefined;
}
