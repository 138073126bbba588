import type { CompiledType, ObjectType, UnionType } from '../definition/types.ts';
import {
  createIssueList,
  type IssueList,
  itemPath,
  propertyPath,
  shownChoices,
  shownValue,
  type ValueIssue,
} from './value-issue.ts';

/**
 * Checks a value against a type without changing it, as its canonical JSON Schema would (protocol-language.md 5.6).
 *
 * Accepts what is no JSON value as well and refuses it. A file may also have `width` and `height` (3.5).
 *
 * @returns what is wrong, at most 20 issues in the order of the value; empty when it fits.
 */
export function validateValue(type: CompiledType, value: unknown): readonly ValueIssue[] {
  const list = createIssueList();
  check(type, value, '', list);
  return list.issues;
}

function check(type: CompiledType, value: unknown, path: string, list: IssueList): void {
  switch (type.kind) {
    case 'string':
      checkString(type, value, path, list);
      break;
    case 'number':
    case 'integer':
      checkNumber(type, value, path, list);
      break;
    case 'boolean':
      if (typeof value !== 'boolean') mismatch('true or false', value, path, list);
      else if (type.const !== undefined && value !== type.const) mismatch(String(type.const), value, path, list);
      break;
    case 'unknown':
      if (value === undefined) mismatch('a value', value, path, list);
      break;
    case 'file':
      checkFile(value, path, list);
      break;
    case 'array':
      if (!Array.isArray(value)) mismatch('a list', value, path, list);
      else for (const [index, item] of value.entries()) check(type.items, item, itemPath(path, index), list);
      break;
    case 'object':
      checkObject(type, value, path, list);
      break;
    case 'union':
      checkUnion(type, value, path, list);
  }
}

function checkString(
  type: Extract<CompiledType, { kind: 'string' }>,
  value: unknown,
  path: string,
  list: IssueList,
): void {
  if (typeof value !== 'string') mismatch('a string', value, path, list);
  else if (type.const !== undefined && value !== type.const) mismatch(JSON.stringify(type.const), value, path, list);
  else if (type.enum && !type.enum.includes(value)) mismatch(shownChoices(type.enum), value, path, list);
}

function checkNumber(
  type: Extract<CompiledType, { kind: 'number' | 'integer' }>,
  value: unknown,
  path: string,
  list: IssueList,
): void {
  const fits = type.kind === 'integer' ? Number.isInteger(value) : Number.isFinite(value);
  if (!fits) mismatch(type.kind === 'integer' ? 'an integer' : 'a number', value, path, list);
  else if (type.const !== undefined && value !== type.const) mismatch(String(type.const), value, path, list);
}

function checkObject(type: ObjectType, value: unknown, path: string, list: IssueList): void {
  if (!isRecord(value)) {
    mismatch('an object', value, path, list);
    return;
  }
  const names = new Set<string>();
  for (const property of type.properties) {
    names.add(property.name);
    const place = propertyPath(path, property.name);
    if (Object.hasOwn(value, property.name)) check(property.type, value[property.name], place, list);
    else if (!property.isOptional) list.add(place, 'is missing');
  }
  for (const name of Object.keys(value)) if (!names.has(name)) list.add(propertyPath(path, name), 'is not expected');
}

function checkUnion(type: UnionType, value: unknown, path: string, list: IssueList): void {
  if (!isRecord(value)) {
    mismatch('an object', value, path, list);
    return;
  }
  const variant = findVariant(type, value);
  if (variant) checkObject(variant, value, path, list);
  else
    mismatch(
      shownChoices(discriminatorValues(type)),
      value[type.discriminator],
      propertyPath(path, type.discriminator),
      list,
    );
}

const fileTexts = ['id', 'mediaType', 'url'];
const fileExtras: ReadonlyMap<string, 'string' | 'number'> = new Map([
  ['filename', 'string'],
  ['size', 'number'],
  ['width', 'number'],
  ['height', 'number'],
]);

function checkFile(value: unknown, path: string, list: IssueList): void {
  if (!isRecord(value)) {
    mismatch('a file reference', value, path, list);
    return;
  }
  for (const name of fileTexts) {
    if (typeof value[name] !== 'string') mismatch('a string', value[name], propertyPath(path, name), list);
  }
  for (const [name, content] of Object.entries(value)) {
    const kind = fileExtras.get(name);
    if (kind === undefined && !fileTexts.includes(name)) list.add(propertyPath(path, name), 'is not expected');
    else if (kind !== undefined && typeof content !== kind)
      mismatch(`a ${kind}`, content, propertyPath(path, name), list);
  }
}

/** The variant whose discriminator constant the value has. */
export function findVariant(type: UnionType, value: { readonly [name: string]: unknown }): ObjectType | undefined {
  const tag = Object.hasOwn(value, type.discriminator) ? value[type.discriminator] : undefined;
  return type.variants.find((variant) => tag !== undefined && constantOf(variant, type.discriminator) === tag);
}

/** The constants that tell the variants of a union apart, in order. */
export function discriminatorValues(type: UnionType): string[] {
  return type.variants.map((variant) => constantOf(variant, type.discriminator) ?? '');
}

function constantOf(variant: ObjectType, discriminator: string): string | undefined {
  const type = variant.properties.find(({ name }) => name === discriminator)?.type;
  return type?.kind === 'string' ? type.const : undefined;
}

export function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mismatch(expected: string, value: unknown, path: string, list: IssueList): void {
  list.add(path, `must be ${expected}, not ${shownValue(value)}`);
}
