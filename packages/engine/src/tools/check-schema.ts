import type { JsonObject, JsonSchema } from '@octavus/core';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { CheckedInput } from './offered-tool.ts';

/** Checks arguments against a JSON Schema from outside. A schema that cannot be compiled checks nothing. */
export function checkAgainstSchema(schema: JsonSchema, input: JsonObject): CheckedInput {
  const validate = compile(schema);
  if (!validate || validate(input)) return { input };
  const problems = (validate.errors ?? [])
    .slice(0, 5)
    .map(({ instancePath, message }) => `${instancePath.slice(1) || 'the arguments'} ${message ?? 'do not fit'}`);
  return { problem: `Invalid arguments: ${problems.join('; ')}.` };
}

const compiled = new WeakMap<JsonSchema, ValidateFunction | null>();

function compile(schema: JsonSchema): ValidateFunction | null {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const validate = tryCompile(schema);
  compiled.set(schema, validate);
  return validate;
}

/** Each schema gets a compiler of its own: ids inside schemas of different callers must not meet. */
function tryCompile(schema: JsonSchema): ValidateFunction | null {
  try {
    return new Ajv2020({ strict: false, validateFormats: false, logger: false, validateSchema: false }).compile(schema);
  } catch {
    return null;
  }
}
