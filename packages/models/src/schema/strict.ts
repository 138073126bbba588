import type { JsonSchema } from '@octavus/core';
import { acceptsNull, asNode, asStrings, propertiesOf, type SchemaNode, typesOf, variantsOf } from './json-schema.ts';

/**
 * Rewrites a schema for a strict mode that wants every property required: an optional property becomes required and nullable
 * (protocol-language.md 5.5). `dropNullOptionals` undoes it on the answer.
 *
 * @returns a copy, or `undefined` where strict mode cannot express the schema (free-form objects, nodes without a type, references).
 */
export function toStrictSchema(schema: JsonSchema): JsonSchema | undefined {
  const node = strictNode(schema);
  return node === undefined ? undefined : { ...node };
}

/** Keywords that strict modes refuse and that change nothing about which values a caller may rely on. */
const droppedKeywords: ReadonlySet<string> = new Set(['default', '$schema', 'examples', 'title', 'deprecated']);

function strictNode(node: SchemaNode): SchemaNode | undefined {
  if ('$ref' in node || 'allOf' in node || 'not' in node || 'if' in node || 'patternProperties' in node)
    return undefined;
  const kept = Object.fromEntries(Object.entries(node).filter(([key]) => !droppedKeywords.has(key)));
  const variants = variantsOf(node);
  if (variants.length > 0) {
    const strict = strictList(variants);
    const { oneOf: _, ...rest } = kept;
    return strict && { ...rest, anyOf: strict };
  }
  if (node.properties !== undefined || typesOf(node).includes('object')) return strictObject(node, kept);
  if (typesOf(node).includes('array')) {
    const items = strictNode(asNode(node.items) ?? {});
    return items && { ...kept, items };
  }
  return typesOf(node).length > 0 || 'const' in node || Array.isArray(node.enum) ? kept : undefined;
}

function strictObject(node: SchemaNode, kept: SchemaNode): SchemaNode | undefined {
  const required = new Set(asStrings(node.required));
  const properties: { [name: string]: SchemaNode } = {};
  for (const [name, child] of propertiesOf(node)) {
    const strict = strictNode(child);
    if (!strict) return undefined;
    properties[name] = required.has(name) || acceptsNull(child) ? strict : { anyOf: [strict, { type: 'null' }] };
  }
  const names = Object.keys(properties);
  // An object open to any property is a map: closing it would leave the model `{}` to say.
  if (node.additionalProperties !== false && names.length === 0) return undefined;
  if (asNode(node.additionalProperties) !== undefined || node.additionalProperties === true) return undefined;
  return { ...kept, properties, required: names, additionalProperties: false };
}

function strictList(nodes: readonly SchemaNode[]): SchemaNode[] | undefined {
  const strict = nodes.map(strictNode);
  return strict.every((node) => node !== undefined) ? strict : undefined;
}
