import { checkFileTypes } from '../checks/value-types.ts';
import { entryOf, valuePlace } from '../parse/node.ts';
import { readFlag, readNames, readText } from '../parse/read.ts';
import { boolean, choice } from '../shape/shape.ts';
import { messageFields, threadField, valueName, valueNames } from './fields.ts';
import type { BlockSpec } from './spec.ts';

/** Appends one message to a thread. */
export const addMessage: BlockSpec<'add-message'> = {
  kind: 'add-message',
  doc: 'Appends one message to a thread.',
  defaultDisplay: 'hidden',
  fields: {
    role: { shape: choice('user', 'assistant', 'system'), doc: 'Who speaks.', required: true },
    ...messageFields,
    files: { shape: valueNames, doc: 'Values that hold the files to attach; only for user messages.' },
    thread: threadField,
    visible: { shape: boolean, doc: '`false`: the model sees the message, the user does not.' },
    uiContent: { shape: valueName, doc: 'Value the user sees instead of the text.' },
  },

  check(block, checks) {
    const files = entryOf(block, 'files');
    const uiContent = entryOf(block, 'uiContent');
    const role = readText(block, 'role');
    if (files && role !== undefined && role !== 'user') checks.report('PROTO_FILES_ROLE', valuePlace(files), {});
    checkFileTypes(files, checks);
    if (!uiContent) return;
    if (role === 'system') checks.report('PROTO_UI_CONTENT_ROLE', valuePlace(uiContent), {});
    if (readFlag(block, 'visible') === false) checks.report('PROTO_UI_CONTENT_HIDDEN', valuePlace(uiContent), {});
  },

  compile: (block, compiler) => ({
    role: readText(block, 'role') as 'user' | 'assistant' | 'system',
    prompt: compiler.prompt(block, 'prompt'),
    files: readNames(block, 'files'),
    thread: compiler.thread(block),
    isVisible: readFlag(block, 'visible') ?? true,
    uiContent: readText(block, 'uiContent'),
  }),
};
