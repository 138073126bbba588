/**
 * An open array or object. Its items lie in lists that it shares with the containers it grew from and those that grow from it; only
 * the first `count` are its own. Adding one to the newest copies nothing, so that a long array costs per item what a short one does.
 */
export interface Container {
  readonly parent: Container | undefined;
  readonly isArray: boolean;
  readonly values: unknown[];
  /** Of the values, in an object. */
  readonly keys: string[];
  readonly count: number;
  /** Of the value being read, in an object. */
  readonly key: string | undefined;
}

export function openContainer(parent: Container | undefined, { isArray }: { isArray: boolean }): Container {
  return { parent, isArray, values: [], keys: [], count: 0, key: undefined };
}

export function putItem(container: Container, value: unknown): Container {
  const { isArray, count, key = '' } = container;
  // The text went on in another way before: those items stay with that one.
  const isNewest = container.values.length === count;
  const values = isNewest ? container.values : container.values.slice(0, count);
  const keys = isNewest ? container.keys : container.keys.slice(0, count);
  values.push(value);
  if (!isArray) keys.push(key);
  return { ...container, values, keys, count: count + 1, key: undefined };
}

/** @param open value being read in this container, `undefined` for none. */
export function buildContainer(container: Container, open: unknown): unknown {
  return container.isArray ? buildArray(container, open) : buildObject(container, open);
}

function buildArray({ values, count }: Container, open: unknown): unknown[] {
  const list = values.slice(0, count);
  if (open !== undefined) list.push(open);
  return list;
}

function buildObject({ keys, values, count, key = '' }: Container, open: unknown): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (let at = 0; at < count; at += 1) define(object, keys[at] as string, values[at]);
  if (open !== undefined) define(object, key, open);
  return object;
}

/** As JSON.parse does: a key `__proto__` is a key like any other. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
