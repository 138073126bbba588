import type { ModelResponseFormat } from '@octavus/core';

/** System text that asks for structured output where a provider takes no schema (protocol-language.md 5.5). */
export function jsonInstruction(format: ModelResponseFormat): string {
  const what = format.description ? `${format.name} (${format.description})` : format.name;
  return [
    `Your final answer must be one JSON object: ${what}.`,
    'Write the JSON alone, without a code fence and without any other text. It must fit this JSON Schema:',
    JSON.stringify(format.schema),
  ].join('\n');
}
