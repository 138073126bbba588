import type { JsonSchema } from '@octavus/core';
import { blockKinds, blockShape } from '../blocks/index.ts';
import { namePatterns } from '../names.ts';
import { itemsShape, typeForms } from '../shape/declarations.ts';
import { anthropicTools, type NameKind } from '../shape/name-rules.ts';
import { sectionFields } from '../shape/sections.ts';
import type { AgentFormat, Field, Fields, FixedShape, NumberShape, Shape } from '../shape/shape.ts';

/** What editors understand best. */
const draft = 'http://json-schema.org/draft-07/schema#';

const variablePattern = namePatterns.variable.source;

/** Patterns of keys that authors choose; the rest of their rules is left to the validator. */
const keyPatterns: { readonly [Kind in NameKind]?: string } = {
  variable: variablePattern,
  type: namePatterns.type.source,
  property: namePatterns.property.source,
  tool: namePatterns.identifier.source,
  trigger: namePatterns.identifier.source,
  skill: namePatterns.slug.source,
  worker: namePatterns.slug.source,
  'mcp-server': namePatterns.mcp.source,
  'provider-tool': `^(?:${anthropicTools.join('|')})$`,
};

/**
 * JSON Schema (draft 7) of `protocol.yaml`, for completion and checks while typing. It says what the shape check says; names and
 * references are left to the validator.
 *
 * @param format leaves out what the other format has; without it both are allowed.
 */
export function protocolJsonSchema(format?: AgentFormat): JsonSchema {
  const root = toFixed({ kind: 'fixed', fields: sectionFields }, format);
  return {
    $schema: draft,
    title: format === undefined ? 'Octavus protocol' : `Octavus protocol (${format})`,
    ...root,
    type: 'object',
    patternProperties: { '^x-': {} },
    ...(format === undefined ? { anyOf: [{ required: ['agent'] }, { required: ['steps'] }] } : {}),
    definitions: {
      inputMapping: inputMapping(),
      items: toFixed(itemsShape, format),
      block: blockSchema(format),
      ...Object.fromEntries(blockKinds.map((kind) => [kind, toFixed(blockShape(kind), format)])),
      type: typeSchema(format),
    },
  };
}

function toSchema(shape: Shape, format: AgentFormat | undefined): JsonSchema {
  switch (shape.kind) {
    case 'text':
      return { type: 'string', ...(shape.maxLength === undefined ? {} : { maxLength: shape.maxLength }) };
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return toNumber(shape);
    case 'choice':
      return { type: 'string', enum: [...shape.values] };
    case 'pattern':
      return { type: 'string', pattern: shape.pattern.source };
    case 'anything':
    case 'value':
      return {};
    case 'setting':
      if (shape.literal.kind === 'text') return { type: 'string' };
      return { anyOf: [toSchema(shape.literal, format), { type: 'string', pattern: variablePattern }] };
    case 'list': {
      const list = { type: ['array', 'null'], items: toSchema(shape.of, format), ...maximum('maxItems', shape.max) };
      return shape.allowsOne ? { anyOf: [list, toSchema(shape.of, format)] } : list;
    }
    case 'record':
      return {
        type: ['object', 'null'],
        additionalProperties: orNull(toSchema(shape.of, format)),
        ...maximum('maxProperties', shape.max),
        ...propertyNames(shape.names),
      };
    case 'fixed':
      return shape === itemsShape ? { $ref: '#/definitions/items' } : toFixed(shape, format);
    case 'input-mapping':
      return { $ref: '#/definitions/inputMapping' };
    case 'block':
      return { $ref: '#/definitions/block' };
    case 'type-definition':
      return { $ref: '#/definitions/type' };
  }
}

function maximum(key: string, max: number | undefined): JsonSchema {
  return max === undefined ? {} : { [key]: max };
}

function propertyNames(names: NameKind | undefined): JsonSchema {
  const pattern = names && keyPatterns[names];
  return pattern === undefined ? {} : { propertyNames: { pattern } };
}

/** A mapping that may be left empty in YAML is null then. */
function orNull(schema: JsonSchema): JsonSchema {
  return schema.type === 'object' ? { ...schema, type: ['object', 'null'] } : schema;
}

function toNumber({ isInteger, min, max, isMinExclusive, isMaxExclusive, word }: NumberShape): JsonSchema {
  const number = {
    type: isInteger ? 'integer' : 'number',
    [isMinExclusive ? 'exclusiveMinimum' : 'minimum']: min,
    ...maximum(isMaxExclusive ? 'exclusiveMaximum' : 'maximum', max),
  };
  return word === undefined ? number : { anyOf: [number, { const: word }] };
}

function toFixed(shape: FixedShape, format: AgentFormat | undefined): JsonSchema {
  const fields = fieldsOf(shape.fields, format);
  const required = fields.filter(([, field]) => isRequired(field, format)).map(([key]) => key);
  return {
    type: required.length > 0 ? 'object' : ['object', 'null'],
    properties: Object.fromEntries(fields.map(([key, field]) => [key, toField(field, format)])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function fieldsOf(fields: Fields, format: AgentFormat | undefined): [key: string, field: Field][] {
  const all = Object.entries(fields);
  return format === undefined ? all : all.filter(([, { only }]) => only === undefined || only === format);
}

function isRequired({ required }: Field, format: AgentFormat | undefined): boolean {
  return required === true || (required !== undefined && required === format);
}

function toField(field: Field, format: AgentFormat | undefined): JsonSchema {
  const schema = toSchema(field.shape, format);
  const marks = { description: field.doc, ...(field.isDeprecated ? { deprecated: true } : {}) };
  // In draft 7 nothing counts beside a `$ref`.
  return '$ref' in schema ? { allOf: [schema], ...marks } : { ...schema, ...marks };
}

function inputMapping(): JsonSchema {
  const name = { type: 'string', pattern: variablePattern };
  const labels = { type: 'object', additionalProperties: name, propertyNames: { pattern: variablePattern } };
  return { anyOf: [{ type: 'array', items: { anyOf: [name, labels] } }, labels, { type: 'null' }] };
}

/** The kind decides the keys; branches keep the messages of editors short. */
function blockSchema(format: AgentFormat | undefined): JsonSchema {
  const kinds = blockKinds.filter((kind) => kind !== 'run-worker' || format !== 'worker');
  return {
    type: 'object',
    properties: { block: { enum: kinds } },
    required: ['block'],
    allOf: kinds.map((kind) => ({
      if: { properties: { block: { const: kind } }, required: ['block'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { $ref: `#/definitions/${kind}` },
    })),
  };
}

/** The three forms of protocol-language.md 5.2. */
function typeSchema(format: AgentFormat | undefined): JsonSchema {
  const description = { type: 'string' };
  const property = toSchema(typeForms.object.of, format);
  return {
    anyOf: [
      { ...toFixed(typeForms.union, format), type: 'object', required: ['anyOf', 'discriminator'] },
      { ...toFixed(typeForms.array, format), type: 'object', required: ['type', 'items'] },
      {
        type: 'object',
        properties: { description: { anyOf: [description, property] } },
        additionalProperties: property,
        ...propertyNames('property'),
        minProperties: 1,
      },
    ],
  };
}
