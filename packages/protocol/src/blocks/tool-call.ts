import { checkToolArguments } from '../checks/tool-arguments.ts';
import { entryOf } from '../parse/node.ts';
import { readText } from '../parse/read.ts';
import { text, value } from '../shape/shape.ts';
import { outputField } from './fields.ts';
import type { BlockSpec } from './spec.ts';

const inputHint = 'Did you mean "input"?';

/** Calls a tool without asking the model. */
export const toolCall: BlockSpec<'tool-call'> = {
  kind: 'tool-call',
  doc: 'Calls a tool without asking the model.',
  defaultDisplay: 'description',
  fields: {
    tool: { shape: text('callable'), doc: 'Name of a tool, or `namespace__tool` of an MCP server.', required: true },
    input: { shape: { kind: 'record', of: value }, doc: 'Arguments by name: literals and names of values.' },
    output: outputField,
  },
  hints: { args: inputHint, arguments: inputHint, params: inputHint, parameters: inputHint },
  outputType: () => ({ kind: 'unknown' }),
  check: checkToolArguments,

  compile: (block, compiler) => ({
    tool: readText(block, 'tool')!,
    input: compiler.values(entryOf(block, 'input')),
    output: readText(block, 'output'),
  }),
};
