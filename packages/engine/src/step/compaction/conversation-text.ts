import type { ModelMessage, ModelToolResultPart } from '@octavus/core';

/** Characters of one result that a summarizer reads (ours). */
const maxResultChars = 2_000;

/** Messages as a summarizer reads them, one text per message. */
export function toConversation(messages: readonly ModelMessage[]): readonly string[] {
  return messages.map(toText).filter((text) => text !== '');
}

function toText(message: ModelMessage): string {
  if (message.role === 'tool') return message.content.map(resultText).join('\n');
  const lines = message.content.flatMap((part) => {
    switch (part.type) {
      case 'text':
        return [part.text];
      case 'file':
        return [`[file ${part.filename ?? part.mediaType}]`];
      case 'tool-call':
        return [`[calls ${part.toolName} with ${JSON.stringify(part.input)}]`];
      default:
        return [];
    }
  });
  if (lines.length === 0) return '';
  return `${message.role === 'user' ? 'User' : 'Assistant'}: ${lines.join('\n')}`;
}

function resultText({ toolName, output }: ModelToolResultPart): string {
  if (output.kind === 'error') return `[${toolName} failed: ${output.message}]`;
  const text = typeof output.value === 'string' ? output.value : JSON.stringify(output.value);
  const shown = text.length <= maxResultChars ? text : `${text.slice(0, maxResultChars).toWellFormed()}…`;
  return `[${toolName} returned: ${shown}]`;
}

/** Cuts the conversation into slices of at most `maxChars`, between messages where that is possible. */
export function slice(texts: readonly string[], maxChars: number): readonly string[] {
  const slices: string[] = [];
  let current = '';
  for (const piece of texts.flatMap((text) => cut(text, maxChars))) {
    const joined = current === '' ? piece : `${current}\n\n${piece}`;
    if (joined.length <= maxChars) {
      current = joined;
      continue;
    }
    if (current !== '') slices.push(current);
    current = piece;
  }
  return current === '' ? slices : [...slices, current];
}

function cut(text: string, maxChars: number): readonly string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; start += maxChars) {
    pieces.push(text.slice(start, start + maxChars).toWellFormed());
  }
  return pieces;
}
