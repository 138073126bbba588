import type { ModelMessage, ModelToolResultPart } from '@octavus/core';

/** Characters that are left of an older result (runtime-semantics.md 8). */
const previewChars = 500;

/** The message without reasoning; it may be empty then. */
export const thin = once((message: ModelMessage): ModelMessage => {
  if (message.role !== 'assistant') return message;
  const content = message.content.filter(({ type }) => type !== 'reasoning');
  return content.length === message.content.length ? message : { ...message, content };
});

/**
 * One step with previews of its results.
 *
 * Calls that the provider ran itself are left out with their results: it takes those back whole or not at all.
 */
export function shorten(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  const shortened = messages.map(shortenOne);
  return shortened.every(({ content }) => content.length > 0) ? shortened : shortened.filter(hasContent);
}

const shortenOne = once((message: ModelMessage): ModelMessage => {
  if (message.role === 'user') return message;
  if (message.role === 'tool') {
    const own = message.content.filter(({ providerExecuted }) => !providerExecuted);
    return { ...message, content: own.map(shortenResult) };
  }
  const content = message.content.filter((part) => part.type !== 'tool-call' || !part.providerExecuted);
  return content.length === message.content.length ? message : { ...message, content };
});

function hasContent({ content }: ModelMessage): boolean {
  return content.length > 0;
}

function shortenResult({ files, ...part }: ModelToolResultPart): ModelToolResultPart {
  if (part.output.kind === 'error') return part;
  const { value } = part.output;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const note = files ? ` [${files.length === 1 ? 'An image was' : `${files.length} images were`} left out.]` : '';
  if (text.length <= previewChars)
    return note === '' ? part : { ...part, output: { kind: 'result', value: text + note } };
  const preview = text.slice(0, previewChars).toWellFormed();
  const told = `${preview}…\n[Preview of an older result of ${text.length} characters. Call the tool again to see all of it.]${note}`;
  return { ...part, output: { kind: 'result', value: told } };
}

/** Messages never change: what became of one is kept with it. */
function once(reduce: (message: ModelMessage) => ModelMessage): (message: ModelMessage) => ModelMessage {
  const known = new WeakMap<ModelMessage, ModelMessage>();
  return (message) => {
    const reduced = known.get(message) ?? reduce(message);
    known.set(message, reduced);
    return reduced;
  };
}
