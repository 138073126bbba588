import type { JsonSchema, JsonValue } from '@octavus/core';
import { acceptsNull, asNode, asStrings, propertiesOf, type SchemaNode, typesOf, variantsOf } from './json-schema.ts';

/**
 * Removes properties that are `null` and optional: what strict modes write for "left out" (protocol-language.md 5.5).
 *
 * @param value an answer or the arguments of a tool call.
 * @param schema the canonical schema, as it was before `toStrictSchema`.
 * @returns `value` itself when nothing had to be removed, else a copy.
 */
export function dropNullOptionals(value: JsonValue, schema: JsonSchema): JsonValue {
  return drop(value, schema);
}

/** Whether a schema has an optional property that does not itself allow `null`, anywhere. */
export function hasNullableOptionals(schema: SchemaNode): boolean {
  const required = new Set(asStrings(schema.required));
  const children = propertiesOf(schema);
  if (children.some(([name, child]) => !required.has(name) && !acceptsNull(child))) return true;
  return [...children.map(([, child]) => child), ...variantsOf(schema), asNode(schema.items) ?? {}].some(
    (child) => Object.keys(child).length > 0 && hasNullableOptionals(child),
  );
}

function drop(value: JsonValue, schema: SchemaNode): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  const variants = variantsOf(schema);
  if (variants.length > 0) {
    const fitting = variants.find((variant) => looksLike(value, variant));
    return fitting ? drop(value, fitting) : value;
  }
  return Array.isArray(value) ? dropInArray(value, asNode(schema.items) ?? {}) : dropInObject(value, schema);
}

function dropInArray(values: JsonValue[], items: SchemaNode): JsonValue {
  const dropped = values.map((value) => drop(value, items));
  return dropped.some((value, index) => value !== values[index]) ? dropped : values;
}

function dropInObject(value: { [key: string]: JsonValue }, schema: SchemaNode): JsonValue {
  const required = new Set(asStrings(schema.required));
  let copy: { [key: string]: JsonValue } | undefined;
  for (const [name, child] of propertiesOf(schema)) {
    const before = Object.hasOwn(value, name) ? value[name] : undefined;
    if (before === undefined) continue;
    if (before === null) {
      if (required.has(name) || acceptsNull(child)) continue;
      copy ??= { ...value };
      delete copy[name];
      continue;
    }
    const after = drop(before, child);
    if (after === before) continue;
    copy ??= { ...value };
    copy[name] = after;
  }
  return copy ?? value;
}

/** Whether a value belongs to this variant of a union: same kind, and the constants of its discriminator agree. */
function looksLike(value: JsonValue, variant: SchemaNode): boolean {
  if (Array.isArray(value)) return typesOf(variant).includes('array');
  if (typeof value !== 'object' || value === null) return false;
  if (variant.properties === undefined) return typesOf(variant).includes('object');
  return propertiesOf(variant).every(
    ([name, child]) => !('const' in child) || (Object.hasOwn(value, name) && value[name] === child.const),
  );
}
