import type { JsonValue } from '@octavus/core';
import type { InputDeclaration } from '../definition/definition.ts';
import type { CompiledType } from '../definition/types.ts';
import { issueText } from '../types/value-issue.ts';
import { coerceValue } from './coerce.ts';

/** One input that is missing or does not fit. */
export interface InputIssue {
  /** `GUEST`, or the place inside its value: `GUEST.age`. */
  readonly path: string;
  /** A sentence that names the input. */
  readonly message: string;
}

export type CoercedInputs =
  | { readonly isValid: true; readonly values: { readonly [name: string]: JsonValue } }
  | { readonly isValid: false; readonly issues: readonly InputIssue[] };

/**
 * Checks and coerces the input of a session, trigger or worker (protocol-language.md 3.5, 3.6).
 *
 * A value of `null` counts as not supplied; missing ones take their default; undeclared keys are ignored.
 *
 * @param supplied what the caller sent, by name; absent is the same as `{}`.
 * @returns the values by name (absent optional inputs have no key), or every problem of every input.
 */
export function coerceInputs(
  declarations: ReadonlyMap<string, InputDeclaration>,
  supplied: { readonly [name: string]: unknown } | undefined,
): CoercedInputs {
  const values: { [name: string]: JsonValue } = {};
  const issues: InputIssue[] = [];
  for (const [name, declaration] of declarations) {
    const value = supplied && Object.hasOwn(supplied, name) ? supplied[name] : undefined;
    if (value !== undefined && value !== null) coerceOne(declaration, value, values, issues);
    else if (declaration.default !== undefined && declaration.default !== null) values[name] = declaration.default;
    else if (!declaration.isOptional) issues.push({ path: name, message: `Input ${name} is required.` });
  }
  return issues.length === 0 ? { isValid: true, values } : { isValid: false, issues };
}

function coerceOne(
  declaration: InputDeclaration,
  value: unknown,
  values: { [name: string]: JsonValue },
  issues: InputIssue[],
): void {
  const { name } = declaration;
  const result = coerceValue(inputType(declaration), value);
  if (result.isValid) values[name] = result.value;
  else {
    for (const issue of result.issues) {
      const path = issue.path === '' || issue.path.startsWith('[') ? name + issue.path : `${name}.${issue.path}`;
      issues.push({ path, message: `Input ${issueText({ ...issue, path })}.` });
    }
  }
}

/** A declaration's own `enum` narrows its type. */
function inputType(declaration: InputDeclaration): CompiledType {
  const { type, enum: values } = declaration;
  return type.kind === 'string' && values ? { ...type, enum: values } : type;
}
