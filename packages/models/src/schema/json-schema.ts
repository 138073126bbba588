import type { JsonSchema } from '@octavus/core';

/** A node of a schema as this package reads it; everything else in it is carried along untouched. */
export interface SchemaNode {
  readonly [key: string]: unknown;
}

export function asNode(value: unknown): SchemaNode | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : undefined;
}

export function asNodes(value: unknown): readonly SchemaNode[] {
  return Array.isArray(value) ? value.map(asNode).filter((node) => node !== undefined) : [];
}

export function asStrings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The `properties` of an object node, in order. */
export function propertiesOf(node: SchemaNode): readonly (readonly [string, SchemaNode])[] {
  return Object.entries(asNode(node.properties) ?? {}).map(([name, child]) => [name, asNode(child) ?? {}]);
}

/** The variants of a union, `anyOf` or `oneOf`. */
export function variantsOf(node: SchemaNode): readonly SchemaNode[] {
  return asNodes(node.anyOf ?? node.oneOf);
}

/** The types a node names; none when it names none. */
export function typesOf(node: SchemaNode): readonly string[] {
  return typeof node.type === 'string' ? [node.type] : asStrings(node.type);
}

export function acceptsNull(node: SchemaNode): boolean {
  if (typesOf(node).includes('null') || node.const === null) return true;
  if (Array.isArray(node.enum) && node.enum.includes(null)) return true;
  const variants = variantsOf(node);
  if (variants.length > 0) return variants.some(acceptsNull);
  return (
    typesOf(node).length === 0 && node.const === undefined && node.enum === undefined && node.properties === undefined
  );
}
