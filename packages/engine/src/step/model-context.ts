import type {
  ModelAssistantPart,
  ModelFilePart,
  ModelMedia,
  ModelMessage,
  ModelToolResultPart,
  ModelUserPart,
  ProviderMetadata,
} from '@octavus/core';
import type { FilePart, Message, ObjectPart, Part, ToolCallPart } from '../state/message.ts';
import { cancelledCallError } from '../state/settle.ts';
import { boundOutput } from './bound-output.ts';
import { fileForModel, isImage, toModelFile } from './files/model-files.ts';

export interface ContextOptions {
  /** Provider id of the model that reads it. */
  readonly provider: string;
  /** What that model reads besides text; absent: images and PDF. */
  readonly reads?: readonly ModelMedia[] | undefined;
  /** Files that models of its provider made go back to it as its own. */
  readonly takesOwnFiles?: boolean | undefined;
  readonly maxToolOutputTokens?: number;
}

export interface ModelContext {
  /** `system` messages of the thread, in order. */
  readonly system: readonly string[];
  readonly units: readonly ContextUnit[];
}

/** What belongs together: a user message, or what the model said in one step with the results of its calls. */
export interface ContextUnit {
  readonly role: 'user' | 'assistant';
  readonly messageId: string;
  /** Counts the steps of the message from 0. */
  readonly step: number;
  readonly messages: readonly ModelMessage[];
}

/**
 * A thread's stored messages as a model reads them (runtime-semantics.md 6.2).
 *
 * Every call is answered: one without a result gets the synthetic one of 12.3. Messages that would be empty are left out.
 *
 * @param messages of the main thread, in which parts of other threads are passed over, or of a named thread.
 */
export function buildContext(messages: readonly Message[], thread: string, options: ContextOptions): ModelContext {
  const system: string[] = [];
  const units: ContextUnit[] = [];
  const reader = { ...options, isMain: thread === 'main' };
  for (const message of messages) {
    if (message.role === 'system') system.push(...textsOf(seenParts(message, reader)));
    else units.push(...convertOnce(message, reader));
  }
  return { system, units };
}

/** What most models read. */
const usualMedia: readonly ModelMedia[] = ['image', 'pdf'];

interface Reader extends ContextOptions {
  readonly isMain: boolean;
}

/** Messages never change, so what became of one is kept with it: a step costs what is new. */
const converted = new WeakMap<Message, { readonly reader: Reader; readonly units: readonly ContextUnit[] }>();

function convertOnce(message: Message, reader: Reader): readonly ContextUnit[] {
  const known = converted.get(message);
  if (known && isSameReader(known.reader, reader)) return known.units;
  const units = convert(message, reader);
  converted.set(message, { reader, units });
  return units;
}

function isSameReader(one: Reader, other: Reader): boolean {
  const isSameView = one.isMain === other.isMain && one.maxToolOutputTokens === other.maxToolOutputTokens;
  const isSameModel = one.provider === other.provider && one.takesOwnFiles === other.takesOwnFiles;
  return isSameView && isSameModel && one.reads === other.reads;
}

function convert(message: Message, reader: Reader): readonly ContextUnit[] {
  const parts = seenParts(message, reader);
  const role = message.role === 'user' ? 'user' : 'assistant';
  const steps = role === 'user' ? [toUser(parts, reader)] : splitSteps(parts).map((one) => toStep(one, reader));
  return steps.flatMap((messages, step) =>
    messages.length > 0 ? [{ role, messageId: message.id, step, messages }] : [],
  );
}

function seenParts({ parts }: Message, { isMain }: Reader): readonly Part[] {
  return parts.filter((part) => !part.isDisplayOnly && (!isMain || part.thread === undefined));
}

function textsOf(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => (part.type === 'text' && part.content.trim() !== '' ? [part.content] : []));
}

function toUser(parts: readonly Part[], { reads = usualMedia }: ContextOptions): readonly ModelMessage[] {
  const files = parts.flatMap((part): ModelUserPart[] =>
    part.type === 'file' ? [fileForModel(part.file, reads)] : [],
  );
  const texts = parts.flatMap((part): ModelUserPart[] => {
    if (part.type === 'text' && part.content.trim() !== '') return [{ type: 'text', text: part.content }];
    return part.type === 'object' ? [{ type: 'text', text: objectText(part) }] : [];
  });
  const content = [...files, ...texts];
  return content.length > 0 ? [{ role: 'user', content }] : [];
}

function splitSteps(parts: readonly Part[]): Part[][] {
  const segments: Part[][] = [[]];
  for (const part of parts) {
    if (part.type === 'step-start') segments.push([]);
    else segments.at(-1)!.push(part);
  }
  return segments;
}

/** One step: what the model said as one message, then the results of its calls as one, then files it made that are not taken back as its own. */
function toStep(parts: readonly Part[], options: ContextOptions): readonly ModelMessage[] {
  const content: ModelAssistantPart[] = [];
  const results: ModelToolResultPart[] = [];
  const files = parts.filter((part) => part.type === 'file' && part.file.toolCallId !== undefined) as FilePart[];
  for (const part of parts) {
    const said = toAssistantPart(part, options);
    if (said) content.push(said);
    if (part.type === 'tool-call' && isSeen(part, options.provider) && (!part.executedBy || isAnswered(part)))
      results.push(toResultPart(part, files, options));
  }
  const shown = showFiles(parts, options);
  // Thinking alone is no message; a provider refuses it, and an aborted one lacks its signature.
  if (content.every((part) => part.type === 'reasoning')) return shown;
  const said: ModelMessage = { role: 'assistant', content };
  return results.length > 0 ? [said, { role: 'tool', content: results }, ...shown] : [said, ...shown];
}

/** Most providers take files from the user alone: what a model made is shown to it, and to any other, right after it was said. */
function showFiles(parts: readonly Part[], options: ContextOptions): readonly ModelMessage[] {
  const made = parts.filter((part): part is FilePart => part.type === 'file' && part.saidBy !== undefined);
  const { reads = usualMedia } = options;
  const shown = made.filter((part) => !isOwnFile(part, options)).map(({ file }) => fileForModel(file, reads));
  if (shown.length === 0) return [];
  return [
    { role: 'user', content: [{ type: 'text', text: '[Made by the assistant, part of its answer:]' }, ...shown] },
  ];
}

function isOwnFile({ saidBy }: FilePart, { provider, takesOwnFiles }: ContextOptions): boolean {
  return takesOwnFiles === true && saidBy === provider;
}

function toAssistantPart(part: Part, options: ContextOptions): ModelAssistantPart | undefined {
  const { provider, reads = usualMedia } = options;
  const metadata = metadataOf(part);
  switch (part.type) {
    case 'text':
      return part.content.trim() === '' ? undefined : { type: 'text', text: part.content, ...metadata };
    case 'object':
      return { type: 'text', text: objectText(part) };
    case 'reasoning':
      return part.provider === provider ? { type: 'reasoning', text: part.content, ...metadata } : undefined;
    case 'tool-call': {
      if (!isSeen(part, provider)) return undefined;
      const { id, arguments: input } = part.toolCall;
      const executed = part.executedBy === undefined ? {} : { providerExecuted: true };
      return { type: 'tool-call', toolCallId: id, toolName: nameOf(part), input, ...executed, ...metadata };
    }
    case 'file':
      return isOwnFile(part, options) ? { ...fileForModel(part.file, reads), ...metadata } : undefined;
    default:
      return undefined;
  }
}

/** What a provider ran itself goes back to it alone, whole, and not when it broke off: no other would know what to make of it. */
function isSeen({ source, executedBy, isCancelled }: ToolCallPart, provider: string): boolean {
  if (executedBy !== undefined) return executedBy === provider && !isCancelled;
  return source !== 'block';
}

function isAnswered({ toolCall: { status } }: ToolCallPart): boolean {
  return status === 'available' || status === 'error';
}

/**
 * A name that every provider takes: a model may call tools that nobody offered by names that no tool could have, and the conversation goes
 * on, perhaps with another provider.
 */
function nameOf({ toolCall: { name }, executedBy }: ToolCallPart): string {
  if (executedBy !== undefined || namePattern.test(name)) return name;
  const plain = name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 63);
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

function toResultPart(
  part: ToolCallPart,
  files: readonly FilePart[],
  { maxToolOutputTokens, reads = usualMedia }: ContextOptions,
): ModelToolResultPart {
  const { toolCall, executedBy } = part;
  const { id, status, result, error } = toolCall;
  const canSee = reads.includes('image');
  const images = files.filter(({ file }) => canSee && file.toolCallId === id && isImage(file.mediaType));
  const output: ModelToolResultPart['output'] =
    status === 'available'
      ? { kind: 'result', value: boundOutput(result ?? null, executedBy ? undefined : maxToolOutputTokens).value }
      : { kind: 'error', message: error ?? cancelledCallError };
  return {
    type: 'tool-result',
    toolCallId: id,
    toolName: nameOf(part),
    output,
    ...(executedBy !== undefined && { providerExecuted: true }),
    ...(images.length > 0 && { files: images.map(({ file }): ModelFilePart => toModelFile(file)) }),
  };
}

function objectText({ object }: ObjectPart): string {
  return JSON.stringify(object.value);
}

function metadataOf({ providerMetadata }: Part): { providerMetadata?: ProviderMetadata } {
  return providerMetadata ? { providerMetadata } : {};
}
