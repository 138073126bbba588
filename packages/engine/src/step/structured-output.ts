import type { JsonValue, ModelMessage } from '@octavus/core';
import { coerceValue, issueText, type ResponseType, validateValue } from '@octavus/protocol';
import type { Run } from '../execution/run.ts';
import type { ObjectPart } from '../state/message.ts';
import { parseJson } from './parse-json.ts';
import type { RecordedPart } from './recorded-parts.ts';
import type { FinishedStep } from './run-step.ts';

export type StructuredAnswer =
  | { readonly isValid: true; readonly value: JsonValue }
  /** `question` asks the model once more, with what was wrong. */
  | { readonly isValid: false; readonly question: ModelMessage };

/**
 * Reads the object a final step had to write and puts it into the step's record: an object part when it fits, else the text is marked
 * invalid (runtime-semantics.md 6.5).
 */
export function readStructuredAnswer(run: Run, responseType: ResponseType, { parts }: FinishedStep): StructuredAnswer {
  const { texts } = parts;
  const recorded =
    texts.findLast(({ text }) => text.trimStart().startsWith('{')) ??
    texts.findLast(({ text }) => fencePattern.test(text)) ??
    texts.at(-1);
  const read = readObject(responseType, recorded?.text ?? '');
  const id = run.nextPartId('obj');
  if ('value' in read) {
    if (recorded) recorded.become(toObjectPart(recorded, { id, typeName: responseType.name, value: read.value }));
    return { isValid: true, value: read.value };
  }
  recorded?.amend({ invalidObject: { id, typeName: responseType.name } });
  return { isValid: false, question: askAgain(responseType, read.problems) };
}

/** A Markdown code block: models that are only asked for JSON like to put it into one. */
const fencePattern = /```[\w-]*[ \t]*\n([\s\S]*?)\n?[ \t]*```/;

function readObject(
  { type }: ResponseType,
  text: string,
): { readonly value: JsonValue } | { readonly problems: readonly string[] } {
  const value = parseJson(text) ?? parseJson(fencePattern.exec(text)?.[1] ?? '');
  if (value === undefined) return { problems: ['The answer is not one JSON object.'] };
  const issues = validateValue(type, value);
  if (issues.length === 0) return { value: value as JsonValue };
  // Strict provider modes write `null` for an optional property that is left out; dropping those loses nothing.
  const coerced = coerceValue(type, value);
  if (coerced.isValid && validateValue(type, withoutNulls(value)).length === 0) return { value: coerced.value };
  return { problems: issues.map((issue) => issueText(issue)) };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, content]) => content !== null);
  return Object.fromEntries(kept.map(([name, content]) => [name, withoutNulls(content)]));
}

function toObjectPart({ part }: RecordedPart, object: ObjectPart['object']): ObjectPart {
  const { visible, thread } = part;
  return { type: 'object', visible, ...(thread !== undefined && { thread }), object };
}

function askAgain({ name }: ResponseType, problems: readonly string[]): ModelMessage {
  const list = problems.map((problem) => `- ${problem}`).join('\n');
  const text = `That answer is not a valid ${name}:\n${list}\nAnswer again with the corrected JSON object and nothing else.`;
  return { role: 'user', content: [{ type: 'text', text }] };
}
