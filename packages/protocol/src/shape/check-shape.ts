import { blockKinds, blockShape, blockSpecOf } from '../blocks/index.ts';
import type { Report } from '../diagnostics/report.ts';
import {
  entryOf,
  isNull,
  keyPlace,
  type ListNode,
  type MapNode,
  missingPlace,
  stringOf,
  valuePlace,
  type YamlNode,
} from '../parse/node.ts';
import { typeForm } from '../types/form.ts';
import { checkScalar, reportWrongType } from './check-scalar.ts';
import { typeForms } from './declarations.ts';
import { checkName } from './name-rules.ts';
import { description as descriptionShape } from './presentation.ts';
import type { AgentFormat, Field, FixedShape, ListShape, RecordShape, Shape } from './shape.ts';

/** What the walk needs besides the node. */
export interface ShapeContext {
  readonly report: Report;
  /** `undefined` when the settings do not tell: nothing is said about formats then. */
  readonly format: AgentFormat | undefined;
  /** Paths of nodes that hold something malformed, at any depth. */
  readonly unsound: Set<string>;
}

/**
 * Checks a node against its shape (diagnostics 38 to 48 and the names 50 to 60) and returns it without the malformed parts, so that
 * later stages meet only values of the declared kinds. Null counts as absent. Malformed entries of a mapping with free keys stay as
 * empty mappings: their names are declared all the same.
 *
 * @returns `undefined` when the node itself is malformed (reported).
 */
export function checkShape(node: YamlNode, shape: Shape, context: ShapeContext): YamlNode | undefined {
  const sound = checkKind(node, shape, context);
  if (sound === undefined) context.unsound.add(node.path);
  return sound;
}

function checkKind(node: YamlNode, shape: Shape, context: ShapeContext): YamlNode | undefined {
  switch (shape.kind) {
    case 'list':
      return checkList(node, shape, context);
    case 'record':
      return checkRecord(node, shape, context);
    case 'fixed':
      return checkFixed(node, shape, context);
    case 'input-mapping':
      return checkMappingShape(node, context);
    case 'block':
      return checkBlock(node, context);
    case 'type-definition':
      return checkTypeDefinition(node, context);
    default:
      return checkScalar(node, shape, context.report) ? node : undefined;
  }
}

function checkList(node: YamlNode, shape: ListShape, context: ShapeContext): YamlNode | undefined {
  if (node.kind !== 'list') {
    if (shape.allowsOne && node.kind === 'scalar') return checkItem(node, shape.of, context);
    reportWrongType(node, 'a list', context.report);
    return undefined;
  }
  checkCount(node, node.items.length, shape.max, context);
  const items: YamlNode[] = [];
  const seen = new Set<string>();
  for (const item of node.items) {
    const sound = checkItem(item, shape.of, context);
    if (sound === undefined) {
      context.unsound.add(node.path);
      continue;
    }
    const name = shape.isSet ? stringOf(sound) : undefined;
    if (name !== undefined && seen.has(name)) context.report('PROTO_DUPLICATE_ITEM', valuePlace(item), { item: name });
    if (name !== undefined) seen.add(name);
    items.push(sound);
  }
  return { ...node, items };
}

/** Items of lists of text may not be blank. */
function checkItem(item: YamlNode, shape: Shape, context: ShapeContext): YamlNode | undefined {
  const sound = checkShape(item, shape, context);
  if (shape.kind !== 'text' || stringOf(sound)?.trim() !== '') return sound;
  context.report('PROTO_EMPTY_STRING', valuePlace(item), { key: keyOf(item.path) });
  return undefined;
}

function checkRecord(node: YamlNode, shape: RecordShape, context: ShapeContext): MapNode | undefined {
  const map = asMap(node, context);
  if (map === undefined) return undefined;
  checkCount(map, map.entries.size, shape.max, context);
  const entries = new Map<string, YamlNode>();
  for (const [key, value] of map.entries) {
    if (shape.names !== undefined) checkName(shape.names, key, keyPlace(value), context.report);
    const sound = checkShape(isNull(value) ? nullEntry(value, shape.of) : value, shape.of, context);
    if (sound !== undefined) entries.set(key, sound);
    else {
      context.unsound.add(node.path);
      if (isMapLike(shape.of)) entries.set(key, emptyMap(value));
    }
  }
  return { ...map, entries };
}

function nullEntry(node: YamlNode, shape: Shape): YamlNode {
  return isMapLike(shape) ? emptyMap(node) : node;
}

function isMapLike(shape: Shape): boolean {
  return ['fixed', 'record', 'block', 'type-definition', 'input-mapping'].includes(shape.kind);
}

function emptyMap(node: YamlNode): MapNode {
  const { path, offset, end, keyOffset } = node;
  return { kind: 'map', path, offset, end, keyOffset, entries: new Map() };
}

function checkFixed(node: YamlNode, shape: FixedShape, context: ShapeContext): MapNode | undefined {
  const map = asMap(node, context);
  if (map === undefined) return undefined;
  const entries = new Map<string, YamlNode>();
  for (const [key, value] of map.entries) {
    const sound = checkField(key, value, shape, context);
    if (sound !== undefined) entries.set(key, sound);
    else if (!isNull(value)) context.unsound.add(node.path);
  }
  for (const key in shape.fields) reportMissing(map, key, shape.fields[key]!, context);
  const checked: MapNode = { ...map, entries };
  if (shape.presentation) checkPresentation(map, checked, shape.presentation.defaultDisplay, context.report);
  return checked;
}

function checkField(key: string, value: YamlNode, shape: FixedShape, context: ShapeContext): YamlNode | undefined {
  const field = Object.hasOwn(shape.fields, key) ? shape.fields[key]! : undefined;
  if (field === undefined) {
    reportUnknownKey(key, value, shape, context);
    return undefined;
  }
  if (context.format !== undefined && field.only !== undefined && field.only !== context.format) {
    context.report('PROTO_KEY_FORMAT', keyPlace(value), { key, format: context.format });
    return undefined;
  }
  if (isNull(value) && !field.allowsNull) return undefined;
  const sound = checkShape(value, field.shape, context);
  if (sound === undefined || field.required === undefined || stringOf(sound)?.trim() !== '') return sound;
  context.report('PROTO_EMPTY_STRING', valuePlace(value), { key });
  context.unsound.add(value.path);
  return undefined;
}

function reportUnknownKey(key: string, value: YamlNode, shape: FixedShape, context: ShapeContext): void {
  const hint = shape.hints && Object.hasOwn(shape.hints, key) ? shape.hints[key] : undefined;
  const help = hint === undefined ? { wrong: key, allowed: Object.keys(shape.fields) } : { hint };
  context.report('PROTO_UNKNOWN_KEY', keyPlace(value), { key }, help);
}

function reportMissing(map: MapNode, key: string, field: Field, context: ShapeContext): void {
  if (field.required !== true && (field.required === undefined || field.required !== context.format)) return;
  const value = map.entries.get(key);
  if (value !== undefined && (field.allowsNull || !isNull(value))) return;
  context.unsound.add(map.path);
  if (field.reportMissing) field.reportMissing(map, context.report);
  else context.report('PROTO_MISSING_KEY', missingPlace(map, key), { key });
}

/** `title` and `display: title` need each other (148, 149). */
function checkPresentation(written: MapNode, map: MapNode, defaultDisplay: string | undefined, report: Report): void {
  const display = entryOf(map, 'display');
  const title = entryOf(map, 'title');
  if (stringOf(display) === 'title' && entryOf(written, 'title') === undefined) {
    report('PROTO_TITLE_MISSING', valuePlace(display!), {});
  }
  const isKnown = display !== undefined || (entryOf(written, 'display') === undefined && defaultDisplay !== undefined);
  if (title !== undefined && isKnown && stringOf(display) !== 'title')
    report('PROTO_TITLE_UNUSED', valuePlace(title), {});
}

function checkBlock(node: YamlNode, context: ShapeContext): MapNode | undefined {
  const map = asMap(node, context);
  if (map === undefined) return undefined;
  const kind = map.entries.get('block');
  if (kind === undefined || isNull(kind)) {
    context.report('PROTO_MISSING_KEY', missingPlace(map, 'block'), { key: 'block' });
    return undefined;
  }
  if (kind.kind !== 'scalar' || typeof kind.value !== 'string') {
    reportWrongType(kind, 'a string', context.report);
    return undefined;
  }
  const spec = blockSpecOf(kind.value);
  if (spec === undefined) {
    context.report(
      'PROTO_BLOCK_UNKNOWN',
      valuePlace(kind),
      { k: kind.value },
      { wrong: kind.value, allowed: blockKinds },
    );
    return undefined;
  }
  if (spec.only !== undefined && context.format !== undefined && spec.only !== context.format) {
    context.report('PROTO_BLOCK_FORMAT', valuePlace(kind), { k: spec.kind, format: context.format });
    return undefined;
  }
  return checkFixed(map, blockShape(spec.kind), context);
}

/** The form decides the keys; what the values mean is checked with the types. */
function checkTypeDefinition(node: YamlNode, context: ShapeContext): MapNode | undefined {
  const map = asMap(node, context);
  if (map === undefined) return undefined;
  switch (typeForm(map)) {
    case 'union':
      return checkUnion(map, context);
    case 'array':
      // Any other `type` is an alias, which is reported with the types; its further keys would be noise.
      return stringOf(map.entries.get('type')) === 'array' ? checkFixed(map, typeForms.array, context) : map;
    case 'object':
      return checkObjectType(map, context);
  }
}

/** Keys that a union does not have are reported with the types (92). */
function checkUnion(map: MapNode, context: ShapeContext): MapNode | undefined {
  const own = new Map([...map.entries].filter(([key]) => Object.hasOwn(typeForms.union.fields, key)));
  const checked = checkFixed({ ...map, entries: own }, typeForms.union, context);
  if (checked === undefined) return undefined;
  const others = [...map.entries].filter(([key]) => !own.has(key));
  return { ...checked, entries: new Map([...checked.entries, ...others]) };
}

function checkObjectType(map: MapNode, context: ShapeContext): MapNode | undefined {
  const description = map.entries.get('description');
  const isOwn = description?.kind === 'scalar';
  const properties = new Map(map.entries);
  if (isOwn) properties.delete('description');
  const checked = checkRecord({ ...map, entries: properties }, typeForms.object, context);
  if (checked === undefined || !isOwn || isNull(description)) return checked;
  const sound = checkShape(description, descriptionShape, context);
  return sound === undefined ? checked : { ...checked, entries: new Map([['description', sound], ...checked.entries]) };
}

/** The list and map forms only; labels and sources are checked with the references. */
function checkMappingShape(node: YamlNode, context: ShapeContext): MapNode | ListNode | undefined {
  if (node.kind !== 'scalar') return node;
  const name = stringOf(node);
  const help = name === undefined ? undefined : { hint: `Write [${name}].` };
  reportWrongType(node, 'a list or mapping of names', context.report, help);
  return undefined;
}

function asMap(node: YamlNode, context: ShapeContext): MapNode | undefined {
  if (node.kind === 'map') return node;
  if (isNull(node)) return emptyMap(node);
  reportWrongType(node, 'a mapping', context.report);
  return undefined;
}

function checkCount(node: YamlNode, count: number, max: number | undefined, { report }: ShapeContext): void {
  if (max !== undefined && count > max) report('PROTO_TOO_MANY', valuePlace(node), { count, max });
}

function keyOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
