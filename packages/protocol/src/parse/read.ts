import { entryOf, type MapNode, stringOf, type YamlNode } from './node.ts';

/** Readers for nodes whose shape has been checked: a value of another kind counts as absent. */

export function readText(map: MapNode | undefined, key: string): string | undefined {
  return stringOf(entryOf(map, key));
}

export function readFlag(map: MapNode | undefined, key: string): boolean | undefined {
  const node = entryOf(map, key);
  return node?.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined;
}

export function readNumber(map: MapNode | undefined, key: string): number | undefined {
  const node = entryOf(map, key);
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
}

/** The strings of a list; a bare string counts as a list of one. */
export function readNames(map: MapNode | undefined, key: string): string[] {
  return itemsOf(entryOf(map, key)).flatMap((item) => stringOf(item) ?? []);
}

/** The items of a list; any other value counts as a list of one. */
export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  if (node === undefined) return [];
  return node.kind === 'list' ? node.items : [node];
}

export function readMap(map: MapNode | undefined, key: string): MapNode | undefined {
  const node = entryOf(map, key);
  return node?.kind === 'map' ? node : undefined;
}

/** The entries of a mapping that are mappings themselves, in order. */
export function mapEntries(map: MapNode | undefined): [name: string, node: MapNode][] {
  const entries: [string, MapNode][] = [];
  for (const [name, node] of map?.entries ?? []) if (node.kind === 'map') entries.push([name, node]);
  return entries;
}
