import type { FileReference, JsonValue } from '@octavus/core';
import type { AddMessageBlock } from '@octavus/protocol';
import { sendText, startBlock } from '../execution/announce.ts';
import { closeMessage, nextAssistantId } from '../execution/assistant-message.ts';
import { protocolFailure } from '../execution/failure.ts';
import type { Run } from '../execution/run.ts';
import type { FilePart, Message, ObjectPart, Part, TextPart } from '../state/message.ts';
import { toFiles } from '../values/file-values.ts';
import { blockScope, renderPromptUse, type ValueScope } from '../values/scope.ts';
import { immediate } from './runner.ts';

/** Adds a message to a thread; the model sees all of it, people what is visible (runtime-semantics.md 5.1, protocol-language.md 10.5). */
export const addMessage = immediate<'add-message'>((block, run) => {
  startBlock(run, block, { thread: block.thread });
  const { thread, role } = block;
  if (thread !== 'main' && !run.state.threads.has(thread))
    throw protocolFailure(`the thread "${thread}" was never started`);
  const scope = blockScope(run);
  const text = renderPromptUse(block.prompt, scope);
  const files = findFiles(block, scope);
  const shown = findShown(run, block, scope);
  logMessage(run, block, { text, files, shown });
  // Noted all the same; providers refuse an empty message.
  if (text.trim() === '' && files.length === 0) return;
  const parts = toParts(block, { text, files, shown });
  closeMessage(run, thread);
  run.change({ change: 'message-appended', thread, message: toMessage(run, block, parts) });
  if (role === 'assistant' && thread === 'main') sendVisible(run, parts);
});

function toMessage(run: Run, { role, thread }: AddMessageBlock, parts: readonly Part[]): Message {
  const { sender } = run.execution;
  const isSeenAnswer = role === 'assistant' && parts.some((part) => part.visible);
  const id = isSeenAnswer ? nextAssistantId(run, thread) : run.nextMessageId();
  return {
    id,
    role,
    createdAt: run.timestamp(),
    parts,
    ...(role === 'user' && thread === 'main' && sender && { sender }),
    executionId: run.executionId,
  };
}

interface Content {
  readonly text: string;
  readonly files: readonly FileReference[];
  /** What people see in place of the text. */
  readonly shown: TextPart | ObjectPart | undefined;
}

/** Files before the text, as browser clients build the same message. */
function toParts(block: AddMessageBlock, { text, files, shown }: Content): Part[] {
  const { thread, uiContent } = block;
  const marked = thread === 'main' ? {} : { thread };
  const visible = block.isVisible;
  const parts: Part[] = files.map((file): FilePart => ({ type: 'file', visible, ...marked, file }));
  if (text.trim() !== '')
    parts.push({ type: 'text', visible: visible && uiContent === undefined, ...marked, content: text });
  if (shown) parts.push(shown);
  return parts;
}

/** `undefined` also where there is nothing to see. */
function findShown(run: Run, { uiContent, isVisible }: AddMessageBlock, scope: ValueScope): Content['shown'] {
  const value = uiContent === undefined ? undefined : scope.find(uiContent);
  return uiContent !== undefined && value !== undefined && isVisible ? toShownPart(run, uiContent, value) : undefined;
}

function toShownPart(run: Run, name: string, value: JsonValue): TextPart | ObjectPart {
  const flags = { visible: true, isDisplayOnly: true } as const;
  if (typeof value !== 'object') return { type: 'text', ...flags, content: String(value) };
  const object = { id: run.nextPartId('obj'), typeName: typeNameOf(run, name, value), value };
  return { type: 'object', ...flags, object };
}

/** The value's own `type`, else the declared type of the name, else `object`. */
function typeNameOf(run: Run, name: string, value: JsonValue): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value.type === 'string')
    return value.type;
  const { definition } = run;
  const declared =
    run.trigger?.input.get(name) ??
    definition.variables.get(name) ??
    definition.resources.get(name) ??
    definition.input.get(name);
  return declared?.type.kind === 'object' ? (declared.type.name ?? 'object') : 'object';
}

/** Values that hold files: one, a list of them, or an address; absent names are skipped, lists flattened. */
function findFiles({ files }: AddMessageBlock, scope: ValueScope): FileReference[] {
  return files.flatMap((name) => toFiles(scope.find(name)));
}

/** A visible answer is sent live as well (stream-events.md 5.1). */
function sendVisible(run: Run, parts: readonly Part[]): void {
  for (const part of parts) {
    if (!part.visible) continue;
    if (part.type === 'text') sendText(run, part.content);
    if (part.type === 'object') sendText(run, JSON.stringify(part.object.value), part.object.typeName);
  }
}

function logMessage(run: Run, { role, thread, isVisible }: AddMessageBlock, { text, files, shown }: Content): void {
  run.log({
    type: 'message',
    ...(thread !== 'main' && { thread }),
    role,
    content: text,
    visible: isVisible,
    ...(files.length > 0 && { files }),
    ...(shown?.type === 'object' && { responseType: shown.object.typeName }),
  });
}
