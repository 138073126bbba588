import { entryOf } from '../parse/node.ts';
import { readText } from '../parse/read.ts';
import { text, value } from '../shape/shape.ts';
import { outputField } from './fields.ts';
import type { BlockSpec } from './spec.ts';

const inputHint = 'Did you mean "input"?';

/** Runs a worker agent to its result. */
export const runWorker: BlockSpec<'run-worker'> = {
  kind: 'run-worker',
  doc: 'Runs a worker agent to its result.',
  defaultDisplay: undefined,
  only: 'interactive',
  fields: {
    worker: { shape: text('worker'), doc: 'Slug of a worker declared in `workers`.', required: true },
    input: {
      shape: { kind: 'record', names: 'variable', of: value },
      doc: 'Inputs of the worker: literals and names of values.',
    },
    output: { ...outputField, doc: "Variable that receives the worker's output." },
  },
  hints: { args: inputHint, arguments: inputHint, params: inputHint },
  outputType: () => ({ kind: 'unknown' }),

  compile: (block, compiler) => ({
    worker: readText(block, 'worker')!,
    input: compiler.values(entryOf(block, 'input')),
    output: readText(block, 'output'),
  }),
};
