import { buildContainer, type Container, openContainer, putItem } from './container.ts';
import { isWholeNumber, visibleNumber } from './number.ts';

/**
 * The text of a JSON document so far. Immutable: `appendJson` gives the next one and costs what it appends, whatever came
 * before (benchmark "structured output").
 */
export interface JsonText {
  readonly text: string;
  /** Grows whenever the visible value changes. */
  readonly revision: number;
  readonly reader: Reader;
  /** The text cannot become JSON any more; everything else stays as it was before that showed. */
  readonly isInvalid: boolean;
  /** Innermost container that is still open. */
  readonly container: Container | undefined;
  /** Characters of the string, number or literal being read, escapes decoded. */
  readonly token: string;
  /** The string being read is a key. */
  readonly isKey: boolean;
  /** An escape that is not complete yet, with its backslash. */
  readonly escape: string;
  /** The value of a complete document. */
  readonly root: unknown;
}

type Reader =
  | 'value'
  | 'value-or-end'
  | 'key'
  | 'key-or-end'
  | 'colon'
  | 'comma-or-end'
  | 'end'
  | 'string'
  | 'escape'
  | 'number'
  | 'literal';

export const emptyJson: JsonText = {
  text: '',
  revision: 0,
  reader: 'value',
  isInvalid: false,
  container: undefined,
  token: '',
  isKey: false,
  escape: '',
  root: undefined,
};

export function appendJson(json: JsonText, delta: string): JsonText {
  const draft: Draft = { ...json, text: json.text + delta };
  for (let at = 0; at < delta.length && !draft.isInvalid; ) at = readers[draft.reader](draft, delta, at);
  return draft;
}

const values = new WeakMap<JsonText, { readonly value: unknown }>();

/**
 * The value that can be seen in the text: what is open is closed by its real nesting, and an unfinished tail is left out (a key
 * without a value, half a literal or escape, the end of a number that cannot stand there). `undefined` when there is nothing
 * to see yet. Built when it is asked for, once per text; closed containers are shared between the values of successive texts.
 *
 * Source: SDK spec part 2, section 6.
 */
export function visibleValue(json: JsonText): unknown {
  const known = values.get(json);
  if (known) return known.value;
  let value = openValue(json);
  for (let container = json.container; container; container = container.parent) {
    value = buildContainer(container, value);
  }
  values.set(json, { value });
  return value;
}

function openValue({ reader, token, isKey, root }: JsonText): unknown {
  if (reader === 'number') return visibleNumber(token);
  if (reader === 'string' || reader === 'escape') return isKey ? undefined : token;
  return root;
}

/** A copy that one call of `appendJson` changes before anybody else sees it. */
type Draft = { -readonly [Key in keyof JsonText]: JsonText[Key] };

/** Reads at `at` and returns where to read on. */
type ReadToken = (draft: Draft, text: string, at: number) => number;

const readers: { readonly [Name in Reader]: ReadToken } = {
  value: skippingSpace(readValue),
  'value-or-end': skippingSpace((draft, text, at) =>
    text[at] === ']' ? endContainer(draft, at) : readValue(draft, text, at),
  ),
  key: skippingSpace(readKey),
  'key-or-end': skippingSpace((draft, text, at) =>
    text[at] === '}' ? endContainer(draft, at) : readKey(draft, text, at),
  ),
  colon: skippingSpace((draft, text, at) => (text[at] === ':' ? become(draft, 'value', at + 1) : fail(draft, at))),
  'comma-or-end': skippingSpace(readCommaOrEnd),
  end: skippingSpace((draft, _text, at) => fail(draft, at)),
  string: readString,
  escape: readEscape,
  number: readNumber,
  literal: readLiteral,
};

function skippingSpace(read: ReadToken): ReadToken {
  return (draft, text, at) => (' \n\r\t'.includes(text[at] as string) ? at + 1 : read(draft, text, at));
}

function readValue(draft: Draft, text: string, at: number): number {
  const character = text[at] as string;
  if (character === '"') return openString(draft, at, { isKey: false });
  if (character === '{' || character === '[') {
    draft.container = openContainer(draft.container, { isArray: character === '[' });
    draft.revision += 1;
    return become(draft, character === '[' ? 'value-or-end' : 'key-or-end', at + 1);
  }
  if (character === '-' || (character >= '0' && character <= '9')) return become(draft, 'number', at);
  return character in literals ? become(draft, 'literal', at) : fail(draft, at);
}

function readKey(draft: Draft, text: string, at: number): number {
  return text[at] === '"' ? openString(draft, at, { isKey: true }) : fail(draft, at);
}

function readCommaOrEnd(draft: Draft, text: string, at: number): number {
  const isArray = draft.container?.isArray === true;
  if (text[at] === ',') return become(draft, isArray ? 'value' : 'key', at + 1);
  return text[at] === (isArray ? ']' : '}') ? endContainer(draft, at) : fail(draft, at);
}

function openString(draft: Draft, at: number, { isKey }: { isKey: boolean }): number {
  draft.isKey = isKey;
  if (!isKey) draft.revision += 1;
  return become(draft, 'string', at + 1);
}

/** Up to the next quote, backslash or control character: what a string may hold as it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
const plainCharacters = /[^"\\\u0000-\u001f]*/y;

function readString(draft: Draft, text: string, at: number): number {
  plainCharacters.lastIndex = at;
  const plain = plainCharacters.exec(text)?.[0] ?? '';
  addCharacters(draft, plain);
  const end = at + plain.length;
  if (end === text.length) return end;
  if (text[end] === '\\') {
    draft.reader = 'escape';
    return end;
  }
  if (text[end] !== '"') return fail(draft, end);
  if (!draft.isKey) return endValue(draft, draft.token, end + 1);
  draft.container = { ...(draft.container as Container), key: draft.token };
  return become(draft, 'colon', end + 1);
}

const escapes: Readonly<Record<string, string>> = {
  '\\"': '"',
  '\\\\': '\\',
  '\\/': '/',
  '\\b': '\b',
  '\\f': '\f',
  '\\n': '\n',
  '\\r': '\r',
  '\\t': '\t',
};

function readEscape(draft: Draft, text: string, at: number): number {
  draft.escape += text[at];
  const sofar = draft.escape;
  if (sofar === '\\') return at + 1;
  const isUnicode = /^\\u[\da-f]{0,4}$/i.test(sofar);
  if (isUnicode && sofar.length < 6) return at + 1;
  const character = isUnicode ? String.fromCharCode(Number.parseInt(sofar.slice(2), 16)) : escapes[sofar];
  if (character === undefined) return fail(draft, at);
  draft.escape = '';
  addCharacters(draft, character);
  draft.reader = 'string';
  return at + 1;
}

function addCharacters(draft: Draft, characters: string): void {
  if (characters === '') return;
  draft.token += characters;
  if (!draft.isKey) draft.revision += 1;
}

const numberCharacters = /[-+.\deE]*/y;

function readNumber(draft: Draft, text: string, at: number): number {
  numberCharacters.lastIndex = at;
  const characters = numberCharacters.exec(text)?.[0] ?? '';
  draft.token += characters;
  draft.revision += 1;
  const end = at + characters.length;
  if (end === text.length) return end;
  return isWholeNumber(draft.token) ? endValue(draft, Number(draft.token), end) : fail(draft, end);
}

const literals: Readonly<Record<string, { readonly word: string; readonly value: unknown }>> = {
  __proto__: null as never,
  t: { word: 'true', value: true },
  f: { word: 'false', value: false },
  n: { word: 'null', value: null },
};

function readLiteral(draft: Draft, text: string, at: number): number {
  draft.token += text[at];
  const { word, value } = literals[draft.token[0] as string] as { word: string; value: unknown };
  if (!word.startsWith(draft.token)) return fail(draft, at);
  return draft.token === word ? endValue(draft, value, at + 1) : at + 1;
}

function endContainer(draft: Draft, at: number): number {
  const container = draft.container as Container;
  draft.container = container.parent;
  return endValue(draft, buildContainer(container, undefined), at + 1);
}

function endValue(draft: Draft, value: unknown, next: number): number {
  draft.revision += 1;
  if (draft.container) {
    draft.container = putItem(draft.container, value);
    return become(draft, 'comma-or-end', next);
  }
  draft.root = value;
  return become(draft, 'end', next);
}

function become(draft: Draft, reader: Reader, next: number): number {
  draft.reader = reader;
  draft.token = '';
  return next;
}

function fail(draft: Draft, at: number): number {
  draft.isInvalid = true;
  return at;
}
