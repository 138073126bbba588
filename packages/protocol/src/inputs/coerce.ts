import type { JsonValue } from '@octavus/core';
import type { CompiledType, ObjectType, UnionType } from '../definition/types.ts';
import { discriminatorValues, findVariant, isRecord } from '../types/validate.ts';
import {
  createIssueList,
  type IssueList,
  itemPath,
  propertyPath,
  shownChoices,
  shownValue,
  type ValueIssue,
} from '../types/value-issue.ts';

export type Coerced =
  | { readonly isValid: true; readonly value: JsonValue }
  | { readonly isValid: false; readonly issues: readonly ValueIssue[] };

/**
 * Makes a value fit a type where nothing is lost by it: numbers become text, numeric text becomes numbers, unknown properties go
 * (protocol-language.md 3.5). For inputs; the engine uses it for outputs (3.7) and tool arguments as well.
 *
 * @returns the new value (the supplied one is not changed), or at most 20 issues with their paths.
 */
export function coerceValue(type: CompiledType, value: unknown): Coerced {
  const list = createIssueList();
  const result = coerce(type, value, '', list);
  return result === undefined ? { isValid: false, issues: list.issues } : { isValid: true, value: result };
}

/** `undefined` means: does not fit, an issue is in the list. */
function coerce(type: CompiledType, value: unknown, path: string, list: IssueList): JsonValue | undefined {
  switch (type.kind) {
    case 'string':
      return coerceString(type, value, path, list);
    case 'number':
    case 'integer':
      return coerceNumber(type, value, path, list);
    case 'boolean':
      return coerceBoolean(type, value, path, list);
    case 'unknown':
      return value === undefined ? refuse('a value', value, path, list) : (value as JsonValue);
    case 'file':
      return coerceFile(value, path, list);
    case 'array':
      return coerceArray(type.items, value, path, list);
    case 'object':
      return coerceObject(type, value, path, list);
    case 'union':
      return coerceUnion(type, value, path, list);
  }
}

function coerceString(
  type: Extract<CompiledType, { kind: 'string' }>,
  value: unknown,
  path: string,
  list: IssueList,
): JsonValue | undefined {
  const text = typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : value;
  if (typeof text !== 'string') return refuse('a string', value, path, list);
  if (type.const !== undefined && text !== type.const) return refuse(JSON.stringify(type.const), value, path, list);
  if (type.enum && !type.enum.includes(text)) return refuse(shownChoices(type.enum), value, path, list);
  return text;
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const jsonInteger = /^-?(?:0|[1-9]\d*)$/;

function coerceNumber(
  type: Extract<CompiledType, { kind: 'number' | 'integer' }>,
  value: unknown,
  path: string,
  list: IssueList,
): JsonValue | undefined {
  const isInteger = type.kind === 'integer';
  const number = typeof value === 'string' ? parseNumber(value.trim(), isInteger) : value;
  const fits = isInteger ? Number.isInteger(number) : Number.isFinite(number);
  if (!fits) return refuse(isInteger ? 'an integer' : 'a number', value, path, list);
  if (type.const !== undefined && number !== type.const) return refuse(String(type.const), value, path, list);
  return number as number;
}

/** The number a text stands for; integers only when no digit gets lost. */
function parseNumber(text: string, isInteger: boolean): number {
  if (!(isInteger ? jsonInteger : jsonNumber).test(text)) return Number.NaN;
  const number = Number(text);
  return isInteger && !Number.isSafeInteger(number) ? Number.NaN : number;
}

function coerceBoolean(
  type: Extract<CompiledType, { kind: 'boolean' }>,
  value: unknown,
  path: string,
  list: IssueList,
): JsonValue | undefined {
  const word = typeof value === 'string' ? value.toLowerCase() : value;
  const boolean = word === 'true' ? true : word === 'false' ? false : word;
  if (typeof boolean !== 'boolean') return refuse('true or false', value, path, list);
  if (type.const !== undefined && boolean !== type.const) return refuse(String(type.const), value, path, list);
  return boolean;
}

function coerceArray(items: CompiledType, value: unknown, path: string, list: IssueList): JsonValue | undefined {
  if (!Array.isArray(value)) return refuse('a list', value, path, list);
  const results = value.map((item, index) => coerce(items, item, itemPath(path, index), list));
  return results.includes(undefined) ? undefined : (results as JsonValue[]);
}

/** Keeps the order in which the caller wrote the properties. */
function coerceObject(type: ObjectType, value: unknown, path: string, list: IssueList): JsonValue | undefined {
  if (!isRecord(value)) return refuse('an object', value, path, list);
  const properties = new Map(type.properties.map((property) => [property.name, property]));
  let isFine = true;
  for (const { name, isOptional } of type.properties) {
    if (isOptional || Object.hasOwn(value, name)) continue;
    list.add(propertyPath(path, name), 'is missing');
    isFine = false;
  }
  const entries: [string, JsonValue][] = [];
  for (const [name, content] of Object.entries(value)) {
    const property = properties.get(name);
    if (!property || (property.isOptional && content === null)) continue;
    const result = coerce(property.type, content, propertyPath(path, name), list);
    if (result === undefined) isFine = false;
    else entries.push([name, result]);
  }
  return isFine ? (Object.fromEntries(entries) as JsonValue) : undefined;
}

function coerceUnion(type: UnionType, value: unknown, path: string, list: IssueList): JsonValue | undefined {
  if (!isRecord(value)) return refuse('an object', value, path, list);
  const variant = findVariant(type, value);
  if (variant) return coerceObject(variant, value, path, list);
  const tag = Object.hasOwn(value, type.discriminator) ? value[type.discriminator] : undefined;
  return refuse(shownChoices(discriminatorValues(type)), tag, propertyPath(path, type.discriminator), list);
}

const fileFields = [
  ['id', 'string', true],
  ['mediaType', 'string', true],
  ['url', 'string', true],
  ['filename', 'string', false],
  ['size', 'number', false],
  ['width', 'number', false],
  ['height', 'number', false],
] as const;

function coerceFile(value: unknown, path: string, list: IssueList): JsonValue | undefined {
  if (!isRecord(value)) return refuse('a file reference', value, path, list);
  const file: { [name: string]: JsonValue } = {};
  let isFine = true;
  for (const [name, kind, isRequired] of fileFields) {
    const content = Object.hasOwn(value, name) ? value[name] : undefined;
    if (!isRequired && (content === undefined || content === null)) continue;
    if (typeof content === kind && (!isRequired || content !== '')) file[name] = content as string | number;
    else {
      refuse(isRequired ? `a ${kind} that is not empty` : `a ${kind}`, content, propertyPath(path, name), list);
      isFine = false;
    }
  }
  return isFine ? file : undefined;
}

function refuse(expected: string, value: unknown, path: string, list: IssueList): undefined {
  list.add(path, `must be ${expected}, not ${shownValue(value)}`);
}

/**
 * Coerces the result of a block for the variable it is assigned to (3.7): like `coerceValue`, and an object or array becomes JSON text
 * where the variable is a plain string.
 */
export function coerceOutput(type: CompiledType, value: JsonValue): Coerced {
  const isText = type.kind === 'string' && typeof value === 'object' && value !== null;
  return coerceValue(type, isText ? JSON.stringify(value) : value);
}
