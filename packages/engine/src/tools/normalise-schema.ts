import type { JsonObject, JsonValue } from '@octavus/core';

/**
 * Makes a JSON Schema from outside acceptable to every provider, because one bad schema fails the whole request
 * (runtime-semantics.md 6.4): no combinators at the root, every object node has `properties`, no pattern that only some regular
 * expression engines know. The given schema is not changed.
 */
export function normaliseToolSchema(schema: JsonObject): JsonObject {
  return normaliseNode(flattenRoot(schema), 0);
}

const combinators = ['allOf', 'anyOf', 'oneOf'] as const;

function flattenRoot(schema: JsonObject): JsonObject {
  if (!combinators.some((keyword) => Array.isArray(schema[keyword]))) return schema;
  const { allOf, anyOf, oneOf, required, ...rest } = schema;
  const properties = new Map(Object.entries(asObject(schema.properties)));
  const needed = new Set(stringsOf(required));
  for (const [keyword, branches] of [
    ['allOf', allOf],
    ['anyOf', anyOf],
    ['oneOf', oneOf],
  ] as const) {
    for (const branch of Array.isArray(branches) ? branches : []) {
      for (const [name, property] of Object.entries(asObject(asObject(branch).properties))) {
        if (!properties.has(name)) properties.set(name, property);
      }
      if (keyword === 'allOf') for (const name of stringsOf(asObject(branch).required)) needed.add(name);
    }
  }
  const kept = [...needed].filter((name) => properties.has(name));
  return {
    ...rest,
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(kept.length > 0 && { required: kept }),
  };
}

/** Keywords that hold one schema or a list of them. */
const schemaKeywords = new Set([
  'items',
  'additionalProperties',
  'contains',
  'propertyNames',
  'if',
  'then',
  'else',
  'not',
  'unevaluatedItems',
  'unevaluatedProperties',
  'allOf',
  'anyOf',
  'oneOf',
  'prefixItems',
]);
/** Keywords that hold schemas by name. */
const schemaMapKeywords = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
const unportablePattern = /\(\?(?:=|!|<=|<!)|\\[1-9]|\\k[<']/;
/** Deeper nodes stay as they are; no tool's arguments nest like that. */
const maxDepth = 100;

function normaliseNode(node: JsonObject, depth: number): JsonObject {
  if (depth > maxDepth) return node;
  const entries: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === 'pattern' && typeof value === 'string' && unportablePattern.test(value)) continue;
    entries.push([key, normaliseKeyword(key, value, depth + 1)]);
  }
  if (node.type === 'object' && !Object.hasOwn(node, 'properties')) entries.push(['properties', {}]);
  return Object.fromEntries(entries);
}

function normaliseKeyword(key: string, value: JsonValue, depth: number): JsonValue {
  if (schemaKeywords.has(key))
    return Array.isArray(value) ? value.map((item) => normaliseAny(item, depth)) : normaliseAny(value, depth);
  if (!schemaMapKeywords.has(key) || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, normaliseAny(schema, depth)]));
}

function normaliseAny(value: JsonValue, depth: number): JsonValue {
  return isObject(value) ? normaliseNode(value, depth) : value;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function stringsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
