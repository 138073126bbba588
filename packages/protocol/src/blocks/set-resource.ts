import { checkResourceWrite } from '../checks/resource-write.ts';
import { readText } from '../parse/read.ts';
import { text, value } from '../shape/shape.ts';
import type { BlockSpec } from './spec.ts';

/** Writes a resource. Deprecated: state is stored with a tool. */
export const setResource: BlockSpec<'set-resource'> = {
  kind: 'set-resource',
  doc: 'Writes a resource; use a `tool-call` instead.',
  defaultDisplay: 'name',
  isDeprecated: true,
  fields: {
    resource: { shape: text('resource'), doc: 'The resource to write.', required: true },
    value: { shape: value, doc: 'A literal, or the name of a value.', required: true, allowsNull: true },
  },
  check: checkResourceWrite,

  compile: (block, compiler) => ({
    resource: readText(block, 'resource')!,
    value: compiler.value(block.entries.get('value')),
  }),
};
