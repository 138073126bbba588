import type { JsonValue } from '@octavus/core';

/** How many characters count as a token (runtime-semantics.md 6.8). */
const charactersPerToken = 4;

export interface BoundedOutput {
  readonly value: JsonValue;
  /** Set when the result was longer than the limit: its length in characters. */
  readonly originalChars?: number;
}

/**
 * A tool result within a limit: the first 60 % and the last 40 % of the budget with a note between. For the model's view only.
 *
 * @param maxTokens absent: no limit.
 */
export function boundOutput(value: JsonValue, maxTokens: number | undefined): BoundedOutput {
  if (maxTokens === undefined) return { value };
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const budget = maxTokens * charactersPerToken;
  if (text.length <= budget) return { value };
  const headLength = Math.floor(budget * 0.6);
  const head = text.slice(0, endOfWhole(text, headLength));
  const tail = text.slice(endOfWhole(text, text.length - (budget - headLength)));
  const leftOut = text.length - head.length - tail.length;
  const note = `[${leftOut} of ${text.length} characters left out. Call the tool again with narrower arguments to see them.]`;
  return { value: `${head}\n${note}\n${tail}`, originalChars: text.length };
}

/** Never between the halves of a surrogate pair. */
function endOfWhole(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff ? index + 1 : index;
}
