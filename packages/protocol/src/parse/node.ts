import type { Place } from '../diagnostics/report.ts';

/**
 * A parsed protocol, independent of the YAML library. Aliases are expanded: every occurrence is a node with its own path, while
 * offsets are those of the text that was written.
 */
export type YamlNode = ScalarNode | MapNode | ListNode;

interface NodeBase {
  /** `agent.tools.1`; the root is the empty string (protocol-language.md 7.2). */
  readonly path: string;
  /** Where the value starts, in the normalised text. For a value that is not written (`tools:`) the key. */
  readonly offset: number;
  /** Behind the value. */
  readonly end: number;
  /** Where the key that holds this value starts; `offset` for list items and the root. */
  readonly keyOffset: number;
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  /** As YAML 1.2 core resolves it. */
  readonly value: string | number | boolean | null;
  /** The content as text: a string itself, anything else as written (`1.0`, `~`). */
  readonly text: string;
  /** Plain, not quoted and not a block scalar. */
  readonly isPlain: boolean;
}

export interface ListNode extends NodeBase {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
}

export interface MapNode extends NodeBase {
  readonly kind: 'map';
  /** In document order. */
  readonly entries: ReadonlyMap<string, YamlNode>;
}

/** The value's place: what most diagnostics point at. */
export function valuePlace(node: YamlNode): Place {
  return { file: 'protocol', path: node.path || 'protocol', offset: node.offset };
}

/** The place of the key that holds the node: unknown, duplicate, unused and badly named things (7.2). */
export function keyPlace(node: YamlNode): Place {
  return { file: 'protocol', path: node.path || 'protocol', offset: node.keyOffset };
}

/** The place of a key that is missing in `map`: its would-be path, at the key of the mapping (7.2). */
export function missingPlace(map: YamlNode, key: string): Place {
  return { file: 'protocol', path: childPath(map.path, key), offset: map.keyOffset };
}

/** Joins a key or list index to a path (7.2). */
export function childPath(path: string, key: string | number): string {
  const text = String(key);
  if (text === '' || /[."[\]]/.test(text)) return `${path}[${JSON.stringify(text)}]`;
  return path === '' ? text : `${path}.${text}`;
}

export function isNull(node: YamlNode | undefined): node is ScalarNode & { value: null } {
  return node?.kind === 'scalar' && node.value === null;
}

/** The text of a string scalar, else `undefined`. */
export function stringOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** The entry of a mapping unless it is absent or null. */
export function entryOf(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (node?.kind !== 'map') return undefined;
  const value = node.entries.get(key);
  return isNull(value) ? undefined : value;
}
