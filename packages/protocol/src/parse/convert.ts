import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Place, Report } from '../diagnostics/report.ts';
import { createLineIndex } from '../diagnostics/source.ts';
import { limits } from './limits.ts';
import { childPath, type ListNode, type MapNode, type ScalarNode, type YamlNode } from './node.ts';

const supportedTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'seq', 'map'].map((tag) => `tag:yaml.org,2002:${tag}`),
);

/** What the walk remembers; the anchors are those seen so far in document order. */
interface Walk {
  readonly report: Report;
  readonly anchors: Map<string, Node>;
  /** Nodes the walk is inside of: an alias to one of them contains itself. */
  readonly open: Set<Node>;
  readonly lineOf: (offset: number) => number;
  nodes: number;
  aliases: number;
  isStopped: boolean;
}

interface Position {
  readonly path: string;
  readonly keyOffset: number | undefined;
  readonly level: number;
}

/**
 * Turns the library's nodes into ours, expanding aliases and checking what our YAML profile forbids (protocol-language.md 2.1):
 * tags, merge keys, repeated keys, keys that are not scalars, depth, too many or cyclic aliases.
 */
export function toNode(root: Node, text: string, report: Report): YamlNode {
  const positionOf = createLineIndex(text);
  const lineOf = (offset: number) => positionOf(offset).line;
  const walk: Walk = { report, lineOf, anchors: new Map(), open: new Set(), nodes: 0, aliases: 0, isStopped: false };
  return convert(root, { path: '', keyOffset: undefined, level: 1 }, walk);
}

function convert(node: Node | null, position: Position, walk: Walk): YamlNode {
  if (node === null || walk.isStopped) return emptyNode(position);
  if (isAlias(node)) return convertAlias(node, position, walk);
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  if (++walk.nodes > limits.yamlNodes) return stop(position, walk);
  if (position.level > limits.yamlDepth) {
    walk.report('PROTO_YAML_DEPTH', placeOf(position, node), { max: limits.yamlDepth });
    walk.isStopped = true;
    return emptyNode(position);
  }
  if (node.tag !== undefined && !supportedTags.has(node.tag)) {
    walk.report('PROTO_YAML_TAG', placeOf(position, node), { tag: node.tag.replace('tag:yaml.org,2002:', '!!') });
  }
  if (isScalar(node)) return convertScalar(node, position);
  walk.open.add(node);
  const converted = isMap(node) ? convertMap(node, position, walk) : convertList(node as YAMLSeq, position, walk);
  walk.open.delete(node);
  return converted;
}

function convertAlias(alias: Alias, position: Position, walk: Walk): YamlNode {
  walk.aliases++;
  const target = walk.anchors.get(alias.source);
  if (target === undefined) {
    const place: Place = { file: 'protocol', path: 'protocol', offset: startOf(alias) };
    walk.report('PROTO_YAML_SYNTAX', place, { reason: `Alias "*${alias.source}" has no anchor before it` });
    return emptyNode(position);
  }
  if (walk.open.has(target)) {
    walk.report('PROTO_YAML_ALIAS_CYCLE', placeOf(position, alias), { name: alias.source });
    return emptyNode(position);
  }
  return convert(target, position, walk);
}

function stop(position: Position, walk: Walk): YamlNode {
  walk.report('PROTO_YAML_ALIAS_LIMIT', { file: 'protocol', path: 'protocol' }, { count: walk.aliases });
  walk.isStopped = true;
  return emptyNode(position);
}

function convertScalar(node: Scalar, position: Position): ScalarNode {
  const { value } = node;
  const isWritten = node.source !== '' || node.type !== 'PLAIN';
  const offset = isWritten ? startOf(node) : (position.keyOffset ?? startOf(node));
  return {
    kind: 'scalar',
    path: position.path,
    offset,
    end: node.range?.[1] ?? offset,
    keyOffset: position.keyOffset ?? offset,
    value: isPlainValue(value) ? value : String(value),
    text: typeof value === 'string' ? value : (node.source ?? String(value)),
    isPlain: node.type === 'PLAIN',
  };
}

function isPlainValue(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function convertList(node: YAMLSeq, position: Position, walk: Walk): ListNode {
  const items = node.items.map((item, index) =>
    convert(
      item as Node | null,
      { path: childPath(position.path, index), keyOffset: undefined, level: position.level + 1 },
      walk,
    ),
  );
  return { kind: 'list', ...rangeOf(node, position), path: position.path, items };
}

function convertMap(node: YAMLMap, position: Position, walk: Walk): MapNode {
  const entries = new Map<string, YamlNode>();
  const range = rangeOf(node, position);
  const offsets = new Map<string, number>();
  for (const pair of node.items as Pair<Node | null, Node | null>[]) {
    if (walk.isStopped) break;
    const key = keyText(pair.key, walk);
    if (key === undefined) {
      walk.report('PROTO_YAML_KEY', { file: 'protocol', path: position.path || 'protocol', offset: range.offset }, {});
      continue;
    }
    const keyOffset = startOf(pair.key);
    const place = { path: childPath(position.path, key.text), keyOffset, level: position.level + 1 };
    const keyPlace: Place = { file: 'protocol', path: place.path, offset: keyOffset };
    if (key.text === '<<' && key.isPlain) walk.report('PROTO_YAML_MERGE_KEY', keyPlace, {});
    const first = offsets.get(key.text);
    const value = convert(pair.value, place, walk);
    if (first === undefined) {
      offsets.set(key.text, keyOffset);
      entries.set(key.text, value);
    } else {
      walk.report('PROTO_YAML_DUPLICATE_KEY', keyPlace, { key: key.text, line: walk.lineOf(first) });
    }
  }
  return { kind: 'map', ...range, path: position.path, entries };
}

/** Scalar keys count as their source text: `1:` is the key `1`. */
function keyText(key: Node | null, walk: Walk): { text: string; isPlain: boolean } | undefined {
  const target = isAlias(key) ? walk.anchors.get(key.source) : key;
  if (key !== null && !isAlias(key) && key.anchor !== undefined) walk.anchors.set(key.anchor, key);
  if (!isScalar(target) || target.value === null) return undefined;
  const text = typeof target.value === 'string' ? target.value : (target.source ?? String(target.value));
  return { text, isPlain: target.type === 'PLAIN' };
}

function rangeOf(node: Node, position: Position): { offset: number; end: number; keyOffset: number } {
  const offset = startOf(node);
  return { offset, end: node.range?.[1] ?? offset, keyOffset: position.keyOffset ?? offset };
}

function placeOf(position: Position, node: Node): Place {
  return { file: 'protocol', path: position.path || 'protocol', offset: startOf(node) };
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

function emptyNode({ path, keyOffset }: Position): ScalarNode {
  const offset = keyOffset ?? 0;
  return { kind: 'scalar', path, offset, end: offset, keyOffset: offset, value: null, text: '', isPlain: true };
}
