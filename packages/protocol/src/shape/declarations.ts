import { limits } from '../parse/limits.ts';
import { description } from './presentation.ts';
import { anything, boolean, type Fields, fixed, type RecordShape, type Shape, text } from './shape.ts';

const typeField = { shape: text(), doc: 'Type of the value: a built-in type, a declared type, or either with `[]`.' };
const enumShape: Shape = { kind: 'list', of: anything, max: limits.enumValues };

const inputFields = {
  type: { ...typeField, required: true },
  description: { shape: description, doc: 'What the value is for.' },
  optional: { shape: boolean, doc: 'The caller may leave it out.' },
  default: { shape: anything, doc: 'Used when the caller leaves it out.' },
  enum: { shape: enumShape, doc: 'The allowed strings; only with `type: string`.' },
} satisfies Fields;

const constraintHints = Object.fromEntries(
  ['minItems', 'maxItems', 'minLength', 'maxLength', 'minimum', 'maximum', 'pattern', 'format'].map((key) => [
    key,
    'Types have no such constraints: describe it in "description".',
  ]),
);
const inputHints = { ...constraintHints, required: 'Inputs are required unless they have "optional: true".' };

const declarationsOf = (fields: Fields, hints: Readonly<Record<string, string>> = constraintHints): RecordShape => ({
  kind: 'record',
  names: 'variable',
  max: limits.sectionEntries,
  of: fixed(fields, { hints }),
});

/** `input` and `triggers.*.input` (protocol-language.md 2.3). */
export const inputDeclarations = declarationsOf(inputFields, inputHints);

export const variableDeclarations = declarationsOf({
  type: { ...typeField, required: true },
  description: inputFields.description,
  default: { shape: anything, doc: 'The initial value.' },
});

export const resourceDeclarations = declarationsOf({
  type: { ...typeField, doc: `${typeField.doc} Missing means \`unknown\`.` },
  description: inputFields.description,
  default: { shape: anything, doc: 'The initial value.' },
  readonly: { shape: boolean, doc: 'Blocks may not write it.' },
});

const typeHints = { ...constraintHints, required: 'Properties are required unless they have "optional: true".' };

export const toolParameters: RecordShape = {
  kind: 'record',
  names: 'property',
  max: limits.properties,
  of: fixed(
    {
      type: { ...typeField, required: true },
      description: { shape: description, doc: 'Tells the model what to pass.' },
      optional: { shape: boolean, doc: 'The model may leave it out.' },
      enum: { shape: enumShape, doc: 'The allowed strings; only with `type: string`.' },
    },
    { hints: typeHints },
  ),
};

const itemsFields: Record<string, Fields[string]> = {
  type: { shape: text(), doc: 'Type of the elements; `array` for arrays of arrays.', required: true },
  description: { shape: description, doc: 'Tells the model what the elements are.' },
  enum: { shape: enumShape, doc: 'The allowed strings; only with `type: string`.' },
};
export const itemsShape = fixed(itemsFields, { hints: typeHints });
itemsFields.items = { shape: itemsShape, doc: 'Elements of an element that is itself an array.' };

/** A property of an object type (protocol-language.md 5.2). */
export const propertyShape = fixed(
  {
    type: { shape: text(), doc: 'A type expression, or `array` together with `items`.', required: true },
    items: { shape: itemsShape, doc: 'The elements; only with `type: array`.' },
    description: { shape: description, doc: 'Tells the model what to put here.' },
    optional: { shape: boolean, doc: 'The property may be missing.' },
    enum: { shape: enumShape, doc: 'The allowed strings; only with `type: string`.' },
    const: { shape: anything, doc: 'The only allowed value.' },
  },
  { hints: typeHints },
);

/** The three forms of a named type; which one it is, `typeFormOf` decides. */
export const typeForms = {
  union: fixed({
    anyOf: { shape: { kind: 'list', of: text(), max: limits.variants }, doc: 'Names of at least two object types.' },
    discriminator: { shape: text(), doc: 'The property whose constant tells the variants apart.' },
    description: { shape: description, doc: 'What the type is.' },
  }),
  array: fixed(
    {
      type: { shape: text(), doc: '`array`.', required: true },
      items: { shape: itemsShape, doc: 'The elements.' },
      description: { shape: description, doc: 'What the type is.' },
    },
    { hints: typeHints },
  ),
  object: { kind: 'record', names: 'property', max: limits.properties, of: propertyShape },
} as const satisfies Record<string, Shape>;
