import type { JsonSchema } from '@octavus/core';
import type { InputDeclaration, ParameterDeclaration } from '../definition/definition.ts';
import type { CompiledType, ObjectType, ResponseType } from '../definition/types.ts';
import { containsKind } from './text.ts';

/**
 * The canonical JSON Schema of a type (protocol-language.md 5.4; draft 2020-12 without `$schema`), types expanded in place.
 *
 * Schemas of the same type are the same object: treat them as immutable, adapters change a copy.
 */
export function toJsonSchema(type: CompiledType): JsonSchema {
  const known = schemas.get(type);
  if (known) return known;
  const schema = withDescription(bareSchema(type), descriptionOf(type));
  schemas.set(type, schema);
  return schema;
}

/** The arguments of a tool as an object schema. */
export function parametersSchema(parameters: ReadonlyMap<string, ParameterDeclaration>): JsonSchema {
  return toJsonSchema(parametersType(parameters));
}

/** The arguments of a tool as a type. */
export function parametersType(parameters: ReadonlyMap<string, ParameterDeclaration>): ObjectType {
  return { kind: 'object', name: undefined, description: undefined, properties: [...parameters.values()] };
}

/** A worker's input as the parameters of a tool: an input with a default is not required and carries the default. */
export function workerInputSchema(input: ReadonlyMap<string, InputDeclaration>): JsonSchema {
  const properties = Object.fromEntries(
    [...input.values()].map((declaration) => [declaration.name, ofInput(declaration)]),
  );
  const required = [...input.values()].filter(({ isOptional }) => !isOptional).map(({ name }) => name);
  return { type: 'object', properties, required, additionalProperties: false };
}

/** An object type as the form of a model's answer (5.7). */
export function toResponseType(name: string, type: ObjectType): ResponseType {
  return { name, type, schema: toJsonSchema(type), isStrictCapable: !containsKind(type, 'unknown') };
}

/** What expanding saves is also what makes schemas large: a type that is used ten times is expanded once. */
const schemas = new WeakMap<CompiledType, JsonSchema>();

function bareSchema(type: CompiledType): JsonSchema {
  switch (type.kind) {
    case 'string':
      return compact({ type: 'string', enum: type.enum && [...type.enum], const: type.const });
    case 'number':
    case 'integer':
    case 'boolean':
      return compact({ type: type.kind, const: type.const });
    case 'unknown':
      return {};
    case 'file':
      return fileSchema;
    case 'array':
      return { type: 'array', items: described(type.items, type.itemDescription) };
    case 'object':
      return objectSchema(type);
    case 'union':
      return { anyOf: type.variants.map(toJsonSchema) };
  }
}

function objectSchema({ properties }: ObjectType): JsonSchema {
  return {
    type: 'object',
    // Object.fromEntries makes an own property of every name, `__proto__` included.
    properties: Object.fromEntries(
      properties.map(({ name, type, description }) => [name, described(type, description)]),
    ),
    required: properties.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
    additionalProperties: false,
  };
}

const fileSchema: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    mediaType: { type: 'string' },
    url: { type: 'string' },
    filename: { type: 'string' },
    size: { type: 'number' },
  },
  required: ['id', 'mediaType', 'url'],
  additionalProperties: false,
};

/** The schema of a type where it is used: the text of the place wins over the text of the type. */
function described(type: CompiledType, description: string | undefined): JsonSchema {
  const schema = toJsonSchema(type);
  return description === undefined ? schema : withDescription(schema, description);
}

function ofInput({ type, description, default: value, enum: values }: InputDeclaration): JsonSchema {
  const narrowed: CompiledType = type.kind === 'string' && values ? { ...type, enum: values } : type;
  const { description: ofType, ...bare } = toJsonSchema(narrowed);
  const text = description ?? (ofType as string | undefined);
  return compact({ ...bare, default: value, description: text });
}

function withDescription(schema: JsonSchema, description: string | undefined): JsonSchema {
  return description === undefined ? schema : { ...schema, description };
}

function descriptionOf(type: CompiledType): string | undefined {
  return 'description' in type ? type.description : undefined;
}

function compact(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
}
