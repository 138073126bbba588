import type { ModelMessage } from '@octavus/core';

const begin: ModelMessage = { role: 'user', content: [{ type: 'text', text: 'Begin.' }] };
const goOn: ModelMessage = { role: 'user', content: [{ type: 'text', text: 'Continue.' }] };

/**
 * The context with a short word of the user wherever the assistant would open it, follow itself or have the last word.
 *
 * Anthropic refuses a context that opens with the assistant, is empty, or (models from 4.6 on) ends with the assistant; Google refuses
 * calls that do not follow the user or results of tools. An agent may well lead there: a greeting comes first, or two answers in a row.
 * The words stand where they stood when the next answer was asked for, so that prompt caches still match.
 *
 * @param options.isInterrupted the provider broke off to run its own tools and gets back what it said, to go on with it.
 */
export function alternate(
  messages: readonly ModelMessage[],
  options: { readonly isInterrupted?: boolean } = {},
): readonly ModelMessage[] {
  const spoken: ModelMessage[] = [];
  for (const message of messages) {
    if (message.role === 'assistant' && !ranOwnTools(spoken)) giveTurn(spoken);
    spoken.push(message);
  }
  if (!options.isInterrupted) giveTurn(spoken);
  return spoken;
}

/** Makes it the assistant's turn. */
function giveTurn(spoken: ModelMessage[]): void {
  const last = spoken.at(-1);
  if (!last) spoken.push(begin);
  else if (last.role === 'assistant' || isOfProvider(last, spoken.at(-2))) spoken.push(goOn);
}

/** The provider ran tools itself, and what comes next may be the same answer of it, interrupted and gone on. */
function ranOwnTools(spoken: readonly ModelMessage[]): boolean {
  const last = spoken.at(-1);
  return last !== undefined && (ownCalls(last).size > 0 || isOfProvider(last, spoken.at(-2)));
}

/** Results of calls that the provider ran itself are part of what the assistant said. */
function isOfProvider(message: ModelMessage, before: ModelMessage | undefined): boolean {
  if (message.role !== 'tool' || !before) return false;
  const own = ownCalls(before);
  return message.content.every((result) => own.has(result.toolCallId));
}

function ownCalls(message: ModelMessage): ReadonlySet<string> {
  if (message.role !== 'assistant') return new Set();
  const calls = message.content.filter((part) => part.type === 'tool-call' && part.providerExecuted);
  return new Set(calls.map((call) => (call.type === 'tool-call' ? call.toolCallId : '')));
}
