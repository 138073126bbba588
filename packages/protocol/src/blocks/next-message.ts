import { checkResponseType, responseTypeOf } from '../checks/response-type.ts';
import { valuePlace } from '../parse/node.ts';
import { readFlag, readText } from '../parse/read.ts';
import { boolean, text } from '../shape/shape.ts';
import { outputField, threadField } from './fields.ts';
import type { BlockSpec } from './spec.ts';

/** Asks the model for the next assistant message. */
export const nextMessage: BlockSpec<'next-message'> = {
  kind: 'next-message',
  doc: 'Asks the model for the next assistant message.',
  defaultDisplay: 'stream',
  fields: {
    thread: threadField,
    independent: { shape: boolean, doc: 'Keeps the answer out of the main chat.' },
    output: { ...outputField, doc: 'Variable that receives the text, or the object with `responseType`.' },
    responseType: { shape: text('response-type'), doc: 'Object type the answer must have.' },
  },
  hints: {
    prompt: 'Add an "add-message" block before it.',
    input: 'Add an "add-message" block before it.',
    model: 'Use "start-thread" to answer with another model.',
    system: 'Use "start-thread" to answer with another system prompt.',
  },

  outputType: (block, { agent }) => {
    const name = readText(block, 'responseType');
    return name === undefined
      ? { kind: 'string', enum: undefined, const: undefined }
      : responseTypeOf(name, agent.types);
  },

  check(block, checks) {
    checkResponseType(block, checks);
    const isMain = (readText(block, 'thread') ?? 'main') === 'main';
    if (readFlag(block, 'independent') !== true || !isMain || block.entries.has('output')) return;
    if (!checks.agent.unsound.has(block.path)) checks.report('PROTO_BLOCK_NO_EFFECT', valuePlace(block), {});
  },

  compile: (block, compiler) => {
    const responseType = readText(block, 'responseType');
    return {
      thread: compiler.thread(block),
      isIndependent: readFlag(block, 'independent') ?? false,
      output: readText(block, 'output'),
      responseType: responseType === undefined ? undefined : compiler.responseType(responseType),
    };
  },
};
