import type { JsonValue } from '@octavus/core';
import { coerceOutput } from '@octavus/protocol';
import type { Run } from '../execution/run.ts';

/** Writes a block's result to its variable, coerced to the declared type where that is possible (protocol-language.md 3.7). */
export function assignOutput(run: Run, name: string | undefined, value: JsonValue): void {
  if (name === undefined) return;
  const declaration = run.definition.variables.get(name);
  const coerced = declaration && coerceOutput(declaration.type, value);
  if (coerced && !coerced.isValid) {
    const message = `The result does not fit the type of ${name}; it is stored as it is`;
    run.log({ type: 'error', error: { type: 'validation_error', message, source: 'platform', retryable: false } });
  }
  run.setVariable(name, coerced?.isValid ? coerced.value : value);
}
