import type { Report } from '../diagnostics/report.ts';
import { entryOf, type MapNode, missingPlace, stringOf, valuePlace, type YamlNode } from '../parse/node.ts';
import { readEnum } from './check-enum.ts';
import type { BuiltInType, ExpressionDraft, ListDraft } from './draft.ts';
import { type KnownNames, readExpression } from './expression.ts';

/**
 * Checks what a property, or the `items` of an array, says about its type: `type`, `items`, `enum` and `const` (protocol-language.md 5.2).
 *
 * @returns `undefined` when some of it is wrong.
 */
export function readMember(member: MapNode, names: KnownNames, report: Report): ExpressionDraft | undefined {
  const expression = entryOf(member, 'type');
  const type = stringOf(expression);
  const isArray = type === 'array';
  const draft = isArray ? readList(member, names, report) : expression && readExpression(expression, names, report);
  const items = entryOf(member, 'items');
  if (items && !isArray && type !== undefined) report('PROTO_TYPE_ITEMS_UNEXPECTED', valuePlace(items), {});
  const isKnown = isArray || draft !== undefined;
  return readLiterals(member, draft, isKnown ? type : undefined, report);
}

/** `type: array` with its `items`, which may be arrays themselves. */
export function readList(member: MapNode, names: KnownNames, report: Report): ListDraft | undefined {
  const items = entryOf(member, 'items');
  if (items === undefined) report('PROTO_TYPE_ITEMS_MISSING', missingPlace(member, 'items'), {});
  if (items?.kind !== 'map') return undefined;
  const element = readMember(items, names, report);
  return element && { kind: 'list', items: element, itemDescription: stringOf(entryOf(items, 'description')) };
}

function readLiterals(
  member: MapNode,
  draft: ExpressionDraft | undefined,
  type: string | undefined,
  report: Report,
): ExpressionDraft | undefined {
  const enumNode = entryOf(member, 'enum');
  const values = enumNode && readEnum(enumNode, type, report);
  const constNode = entryOf(member, 'const');
  const constant = constNode && draft && readConst(constNode, { draft, type: type ?? '', values }, report);
  if (draft?.kind !== 'built-in') return draft;
  return { ...draft, enum: values, const: constant };
}

function readConst(
  node: YamlNode,
  member: { draft: ExpressionDraft; type: string; values: readonly string[] | undefined },
  report: Report,
): string | number | boolean | undefined {
  const value = node.kind === 'scalar' ? node.value : null;
  if (value === null || member.draft.kind !== 'built-in' || !fitsBuiltIn(value, member.draft.type)) {
    report('PROTO_CONST_TYPE', valuePlace(node), { t: member.type });
    return undefined;
  }
  if (typeof value === 'string' && member.values && !member.values.includes(value)) {
    report('PROTO_CONST_NOT_IN_ENUM', valuePlace(node), {}, { wrong: value, allowed: member.values });
  }
  return value;
}

function fitsBuiltIn(value: string | number | boolean, type: BuiltInType): boolean {
  if (type === 'string' || type === 'boolean') return typeof value === type;
  if (type === 'integer') return Number.isInteger(value);
  return type === 'number' && Number.isFinite(value);
}
