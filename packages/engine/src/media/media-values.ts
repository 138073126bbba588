import type { JsonValue } from '@octavus/core';
import { validationFailure } from '../execution/failure.ts';
import type { ValueScope } from '../values/scope.ts';

/**
 * The text that a media model gets.
 *
 * @throws ExecutionFailure `validation_error` when there is none (protocol-language.md 10.5).
 */
export function readText(scope: ValueScope, name: string, key: string): string {
  const text = toText(scope.find(name));
  if (text.trim() === '') throw validationFailure(`${name} is used as "${key}" and has no value`);
  return text;
}

function toText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
