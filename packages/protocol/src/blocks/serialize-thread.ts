import { checkOutputUsed } from '../checks/block-effect.ts';
import { readText } from '../parse/read.ts';
import { choice } from '../shape/shape.ts';
import { outputField, threadField } from './fields.ts';
import type { BlockSpec } from './spec.ts';

/** Writes the visible messages of a thread into a variable. */
export const serializeThread: BlockSpec<'serialize-thread'> = {
  kind: 'serialize-thread',
  doc: 'Writes the visible messages of a thread into a variable.',
  defaultDisplay: 'name',
  fields: {
    thread: threadField,
    format: { shape: choice('markdown', 'json'), doc: 'Form of the text; `markdown` by default.' },
    output: outputField,
  },
  outputType: () => ({ kind: 'string', enum: undefined, const: undefined }),
  check: checkOutputUsed,

  compile: (block, compiler) => ({
    thread: compiler.thread(block),
    format: readText(block, 'format') === 'json' ? 'json' : 'markdown',
    output: readText(block, 'output'),
  }),
};
