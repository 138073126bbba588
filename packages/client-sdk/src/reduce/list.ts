// ES2023 has both as methods; browsers in use and React Native do not all know them.

export function replaceAt<Item>(list: readonly Item[], index: number, item: Item): Item[] {
  const copy = [...list];
  copy[index] = item;
  return copy;
}

export function findLastIndex<Item>(list: readonly Item[], passes: (item: Item) => boolean): number {
  let index = list.length - 1;
  while (index >= 0 && !passes(list[index] as Item)) index -= 1;
  return index;
}
