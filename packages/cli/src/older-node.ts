import { webcrypto } from 'node:crypto';
import zlib from 'node:zlib';

/**
 * What the language, the engine and the models use of the platform and Node.js 18 or 20 lack. Each function has the behaviour of its
 * standard as far as it is used here. Imported first, so that every module finds it.
 */

function define(target: object, name: string | symbol, value: unknown): void {
  if (!(name in target)) Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

define(globalThis, 'crypto', webcrypto);

define(Symbol, 'dispose', Symbol.for('Symbol.dispose'));
define(Symbol, 'asyncDispose', Symbol.for('Symbol.asyncDispose'));

define(Promise, 'withResolvers', () => {
  let resolve: unknown;
  let reject: unknown;
  const promise = new Promise((...both) => {
    [resolve, reject] = both;
  });
  return { promise, resolve, reject };
});

define(Map, 'groupBy', <Item, Key>(items: Iterable<Item>, keyOf: (item: Item, index: number) => Key) => {
  const groups = new Map<Key, Item[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
});

define(Array.prototype, 'toReversed', function toReversed(this: readonly unknown[]) {
  return [...this].reverse();
});

define(Array.prototype, 'with', function replaced(this: readonly unknown[], index: number, value: unknown) {
  const copy = [...this];
  copy[index < 0 ? index + copy.length : index] = value;
  return copy;
});

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

define(String.prototype, 'isWellFormed', function isWellFormed(this: string) {
  return this.search(loneSurrogate) < 0;
});

define(String.prototype, 'toWellFormed', function toWellFormed(this: string) {
  return this.replace(loneSurrogate, '\uFFFD');
});

define(AbortSignal, 'any', (signals: Iterable<AbortSignal>) => {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason);
    else
      signal.addEventListener('abort', () => controller.abort(signal.reason), {
        once: true,
        signal: controller.signal,
      });
  }
  return controller.signal;
});

/** The checksum of PNG (its specification, annex D), bit by bit: only the offline model's small pictures need it. */
define(zlib, 'crc32', (bytes: Uint8Array) => {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
});
