import type { JsonObject, JsonSchema, JsonValue } from '@octavus/core';
import { asNode, asNodes, asStrings, propertiesOf, type SchemaNode, typesOf } from '../schema/json-schema.ts';
import { fillNumber, fillString, numbersAround } from './fill-scalar.ts';
import { Hints } from './hints.ts';

export interface FillOptions {
  /** Which optional properties get a value: those that the text mentions, or all. */
  readonly optionals: 'mentioned' | 'all';
  /** Words in their simple form that say nothing about a value. */
  readonly ignored?: ReadonlySet<string>;
}

interface Context extends FillOptions {
  readonly hints: Hints;
  readonly root: SchemaNode;
}

/** Below this depth optional properties are left out, so that recursive schemas end. */
const maxOptionalDepth = 5;
/** Below this one nothing is expanded: a schema that requires itself has no finite value. */
const maxDepth = 40;

/**
 * Makes a value that fits a JSON Schema, out of what was said where it fits and of plain fillers where it does not. The same
 * schema and text always give the same value.
 *
 * @param schema draft 2020-12; `not`, `if` and `pattern` are met only by luck.
 */
export function fillSchema(schema: JsonSchema, text: string, options: FillOptions): JsonValue {
  const root: SchemaNode = schema;
  return fill(root, '', 0, { ...options, hints: new Hints(text, options.ignored), root });
}

function fill(raw: unknown, name: string, depth: number, context: Context): JsonValue {
  if (depth > maxDepth) return null;
  const node = simplify(raw, context);
  if ('const' in node) return node.const as JsonValue;
  if (Array.isArray(node.enum)) return pickMember(node.enum as JsonValue[], context.hints);
  const variants = asNodes(node.anyOf ?? node.oneOf);
  if (variants.length > 0) return fillVariant(node, variants, name, depth, context);
  switch (typeOf(node)) {
    case 'object':
      return fillObject(node, depth, context);
    case 'array':
      return fillArray(node, name, depth, context);
    case 'integer':
    case 'number':
      return fillNumber(node, context.hints);
    case 'boolean':
      return fillBoolean(name, context.hints);
    case 'null':
      return null;
    default:
      return fillString(node, name, context.hints);
  }
}

/** Follows references and folds `allOf` into the node itself. */
function simplify(raw: unknown, context: Context): SchemaNode {
  let node = asNode(raw) ?? {};
  for (let hops = 0; typeof node.$ref === 'string' && hops < maxDepth; hops++) {
    const { $ref, ...beside } = node;
    node = { ...asNode(lookUp($ref as string, context.root)), ...beside };
  }
  const all = asNodes(node.allOf);
  if (all.length === 0) return node;
  const { allOf: _, ...own } = node;
  return [own, ...all.map((part) => simplify(part, context))].reduce(merge, {});
}

function merge(left: SchemaNode, right: SchemaNode): SchemaNode {
  const required = [...new Set([...asStrings(left.required), ...asStrings(right.required)])];
  return {
    ...left,
    ...right,
    ...(left.properties || right.properties
      ? { properties: { ...asNode(left.properties), ...asNode(right.properties) } }
      : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}

function lookUp(reference: string, root: SchemaNode): unknown {
  if (!reference.startsWith('#')) return {};
  let current: unknown = root;
  for (const part of reference.split('/').slice(1)) {
    current = asNode(current)?.[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return current;
}

function pickMember(members: readonly JsonValue[], hints: Hints): JsonValue {
  const mentioned = members.find((member) => member !== null && hints.mentions(String(member)));
  return mentioned ?? members[0] ?? null;
}

/** The variant whose constant was mentioned, else the first that is not `null`. */
function fillVariant(
  node: SchemaNode,
  variants: readonly SchemaNode[],
  name: string,
  depth: number,
  context: Context,
): JsonValue {
  const candidates = variants.map((variant) => simplify(variant, context));
  const chosen =
    candidates.find((variant) => constantsOf(variant).some((constant) => context.hints.mentions(constant))) ??
    candidates.find((variant) => !typesOf(variant).includes('null') && variant.const !== null) ??
    candidates[0];
  const { anyOf: _, oneOf: __, ...own } = node;
  return fill(merge(own, chosen ?? {}), name, depth + 1, context);
}

function constantsOf(variant: SchemaNode): string[] {
  return propertiesOf(variant).flatMap(([, child]) => (typeof child.const === 'string' ? [child.const] : []));
}

function typeOf(node: SchemaNode): string {
  const named = typesOf(node);
  const type = named.find((candidate) => candidate !== 'null') ?? named[0];
  if (type !== undefined) return type;
  if (node.properties || node.required || node.additionalProperties || node.minProperties) return 'object';
  if (node.items || node.prefixItems || node.minItems) return 'array';
  if (['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].some((key) => key in node))
    return 'number';
  return 'string';
}

function fillObject(node: SchemaNode, depth: number, context: Context): JsonObject {
  const required = new Set(asStrings(node.required));
  const filled: JsonObject = {};
  const set = (name: string, value: JsonValue): void => {
    // A property named `__proto__` is a property like any other.
    Object.defineProperty(filled, name, { value, enumerable: true, writable: true, configurable: true });
  };
  for (const [name, child] of propertiesOf(node)) {
    if (required.has(name) || isWanted(name, child, depth, context)) set(name, fill(child, name, depth + 1, context));
  }
  const open = asNode(node.additionalProperties) ?? {};
  for (const name of required) {
    if (!Object.hasOwn(filled, name)) set(name, fill(open, name, depth + 1, context));
  }
  const least = typeof node.minProperties === 'number' ? node.minProperties : 0;
  for (let count = 1; Object.keys(filled).length < least && count <= 2 * least; count++) {
    set(`key${count}`, fill(open, `key${count}`, depth + 1, context));
  }
  return filled;
}

function isWanted(name: string, child: SchemaNode, depth: number, { hints, optionals }: Context): boolean {
  if (depth >= maxOptionalDepth) return false;
  if (optionals === 'all') return true;
  return (
    hints.mentions(name) || (Array.isArray(child.enum) && child.enum.some((member) => hints.mentions(String(member))))
  );
}

function fillArray(node: SchemaNode, name: string, depth: number, context: Context): JsonValue[] {
  const tuple = Array.isArray(node.prefixItems) ? node.prefixItems : [];
  const items = simplify(node.items === undefined || node.items === false ? {} : node.items, context);
  const least = typeof node.minItems === 'number' ? node.minItems : 0;
  const most = typeof node.maxItems === 'number' ? node.maxItems : Number.POSITIVE_INFINITY;
  const values = tuple.map((item) => fill(item, name, depth + 1, context));
  if (node.items === false) return values;
  const mentioned = mentionedMembers(items, context.hints);
  const wanted = Math.min(
    Math.max(least, mentioned.length, depth < maxOptionalDepth && values.length === 0 ? 1 : 0),
    most,
  );
  while (values.length < wanted)
    values.push(mentioned[values.length] ?? fill(items, singular(name), depth + 1, context));
  return node.uniqueItems === true ? distinct(values, items, least) : values.slice(0, most);
}

function mentionedMembers(items: SchemaNode, hints: Hints): JsonValue[] {
  if (!Array.isArray(items.enum)) return [];
  return (items.enum as JsonValue[]).filter((member) => member !== null && hints.mentions(String(member)));
}

/** Replaces repeats by values of their own: another member, the next number, a numbered text. */
function distinct(values: readonly JsonValue[], items: SchemaNode, least: number): JsonValue[] {
  const seen = new Map<string, JsonValue>();
  const spare = Array.isArray(items.enum) ? (items.enum as JsonValue[]) : [];
  for (const [index, value] of values.entries()) {
    const candidates = [value, ...spare, ...neighbours(value, index, items)];
    const fresh = candidates.find((candidate) => !seen.has(JSON.stringify(candidate)));
    if (fresh !== undefined && seen.size < Math.max(least, 1)) seen.set(JSON.stringify(fresh), fresh);
  }
  return [...seen.values()];
}

function neighbours(value: JsonValue, index: number, items: SchemaNode): JsonValue[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'string' && !('const' in items)) return [`${value} ${index + 1}`];
  return typeof value === 'number' ? numbersAround(value, index, items) : [];
}

function fillBoolean(name: string, hints: Hints): boolean {
  const words = name.replace(/^(?:is|has|should|wants?|include)[-_]?(?=[A-Z_-])/i, '');
  return !(hints.mentions(`no ${words}`) || hints.mentions(`not ${words}`) || hints.mentions(`without ${words}`));
}

function singular(name: string): string {
  return name.length > 3 && name.endsWith('s') ? name.slice(0, -1) : name;
}
