import type { ModelMessage, ModelRequest } from '@octavus/core';
import type { ContextState } from '../../state/context-state.ts';

/** How many characters count as a token where a provider has not counted (runtime-semantics.md 8). */
export const charsPerToken = 4;
/** What an image or a document counts as, in characters: about 1,600 tokens, as a large image costs on most providers (ours). */
const charsPerFile = 6_400;

/** Characters of everything a request says to the model. */
export function charsOf({ system, messages, tools }: Pick<ModelRequest, 'system' | 'messages' | 'tools'>): number {
  const texts = system.reduce((sum, text) => sum + text.length, 0);
  const schemas = tools.reduce((sum, tool) => sum + toolChars(tool), 0);
  return texts + schemas + charsOfMessages(messages);
}

export function charsOfMessages(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + messageChars(message), 0);
}

/**
 * Tokens of a prompt.
 *
 * @param measured an earlier prompt that the provider counted: what was added since counts a quarter token a character, what was taken
 *   away counts as the rest did.
 */
export function estimateTokens(chars: number, measured: ContextState['measured']): number {
  if (!measured || measured.chars === 0) return Math.ceil(chars / charsPerToken);
  const { tokens, chars: before } = measured;
  const estimate = chars < before ? (tokens * chars) / before : tokens + (chars - before) / charsPerToken;
  return Math.ceil(estimate);
}

const counted = new WeakMap<object, number>();

function messageChars(message: ModelMessage): number {
  const known = counted.get(message);
  if (known !== undefined) return known;
  const chars = message.content.reduce((sum, part) => sum + partChars(part), 0);
  counted.set(message, chars);
  return chars;
}

function partChars(part: ModelMessage['content'][number]): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return part.text.length;
    case 'file':
      return charsPerFile;
    case 'tool-call':
      return part.toolName.length + JSON.stringify(part.input).length;
    case 'tool-result': {
      const { output, files = [] } = part;
      const text = output.kind === 'error' ? output.message : JSON.stringify(output.value);
      return text.length + files.length * charsPerFile;
    }
  }
}

function toolChars(tool: ModelRequest['tools'][number]): number {
  const known = counted.get(tool);
  if (known !== undefined) return known;
  const chars = tool.name.length + tool.description.length + JSON.stringify(tool.inputSchema).length;
  counted.set(tool, chars);
  return chars;
}
