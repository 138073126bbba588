/**
 * An open array or object. Its items hang on a chain, newest first: adding one copies nothing, so that a long array costs per
 * item what a short one does.
 */
export interface Container {
  readonly parent: Container | undefined;
  readonly isArray: boolean;
  readonly last: Item | undefined;
  /** Of the value being read, in an object. */
  readonly key: string | undefined;
}

interface Item {
  readonly previous: Item | undefined;
  readonly key: string | undefined;
  readonly value: unknown;
}

export function openContainer(parent: Container | undefined, { isArray }: { isArray: boolean }): Container {
  return { parent, isArray, last: undefined, key: undefined };
}

export function putItem(container: Container, value: unknown): Container {
  return { ...container, last: { previous: container.last, key: container.key, value }, key: undefined };
}

/** @param open value being read in this container, `undefined` for none. */
export function buildContainer(container: Container, open: unknown): unknown {
  const items = itemsOf(open === undefined ? container : putItem(container, open));
  if (container.isArray) return items.map((item) => item.value);
  // Defines properties, as JSON.parse does: a key `__proto__` is a key like any other.
  return Object.fromEntries(items.map((item) => [item.key as string, item.value]));
}

function itemsOf({ last }: Container): Item[] {
  const items: Item[] = [];
  for (let item = last; item; item = item.previous) items.push(item);
  return items.reverse();
}
