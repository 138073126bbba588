import type { PromptCondition } from '../definition/prompt.ts';

const name = '[A-Z][A-Z0-9_]{0,63}';
const negation = new RegExp(`^![ \\t]*(${name})$`);
const comparison = new RegExp(`^(${name})[ \\t]*([=!]=)[ \\t]*"([^"\\n]*)"$`);
const truth = new RegExp(`^${name}$`);

/**
 * Reads the condition of an `{{#if …}}` or `{{else if …}}` tag (protocol-language.md 4.2).
 *
 * @param text what stands between the keyword and the closing braces, without white space at its ends.
 * @returns `undefined` when the text is no condition.
 */
export function parseCondition(text: string): PromptCondition | undefined {
  if (truth.test(text)) return { kind: 'truthy', label: text, isNegated: false };
  const negated = negation.exec(text);
  if (negated) return { kind: 'truthy', label: negated[1]!, isNegated: true };
  const compared = comparison.exec(text);
  if (!compared) return undefined;
  return { kind: 'equals', label: compared[1]!, literal: compared[3]!, isNegated: compared[2] === '!=' };
}
