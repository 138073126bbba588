import { OctavusError } from '@octavus/core';

/** Deepest nesting of a request body: more is no document but an attack on what walks through it. */
export const maxDepth = 64;

/**
 * Parses a request body whatever its content type says (HTTP spec 1.1).
 *
 * @param text the body; `undefined` comes out of an empty one.
 * @throws OctavusError VALIDATION_ERROR when it is not JSON or nests deeper than `maxDepth`. Keys named `__proto__` are left out.
 */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  if (isDeeperThan(text, maxDepth)) throw refuse(`The body nests deeper than ${maxDepth} levels`);
  try {
    return mayNamePrototype.test(text) ? JSON.parse(text, dropPrototype) : JSON.parse(text);
  } catch (cause) {
    throw refuse('The body is not valid JSON', cause);
  }
}

function refuse(message: string, cause?: unknown): OctavusError {
  return new OctavusError('VALIDATION_ERROR', {}, { message, issues: [{ path: '', message }], cause });
}

/** The key may be written with escapes. */
const mayNamePrototype = /__proto__|\\u005f/i;

/** `JSON.parse` makes it an ordinary key, but code that assigns keys one by one would change the object's prototype. */
function dropPrototype(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

const quote = 0x22;
const backslash = 0x5c;

/** Counts brackets outside strings, without parsing: strings are jumped over from quote to quote. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
    }
  }
  return false;
}

/** @returns the index of the closing quote, or the end of a text that has none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    if (!isEscaped(text, end)) return end;
  }
  return text.length;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === backslash) first -= 1;
  return (at - first) % 2 === 1;
}
