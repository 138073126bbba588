import type { Report } from '../diagnostics/report.ts';
import { type ListNode, stringOf, valuePlace, type YamlNode } from '../parse/node.ts';

/** Longest enum value in characters (protocol-language.md 1.3). */
const maxValueLength = 200;

/**
 * Checks an `enum` (70 to 73).
 *
 * @param type the type expression as written, `undefined` when it is malformed: the enum's values are checked all the same.
 * @returns its values, or `undefined` when it is malformed or does not belong there.
 */
export function readEnum(node: YamlNode, type: string | undefined, report: Report): readonly string[] | undefined {
  if (node.kind !== 'list') return undefined;
  if (type !== undefined && type !== 'string') {
    report('PROTO_ENUM_NOT_STRING_TYPE', valuePlace(node), { t: type });
    return undefined;
  }
  if (node.items.length > 0) return readValues(node, report);
  report('PROTO_ENUM_EMPTY', valuePlace(node), {});
  return undefined;
}

function readValues(node: ListNode, report: Report): readonly string[] | undefined {
  const values = new Set<string>();
  let isFine = true;
  for (const item of node.items) {
    const value = stringOf(item);
    if (value === undefined || value === '') {
      report('PROTO_ENUM_VALUE_NOT_STRING', valuePlace(item), {}, quoteHint(item));
      isFine = false;
    } else if (value.length > maxValueLength) {
      report('PROTO_TOO_LONG', valuePlace(item), { key: 'enum', max: maxValueLength });
      isFine = false;
    } else if (values.has(value)) report('PROTO_ENUM_DUPLICATE', valuePlace(item), { v: value });
    else values.add(value);
  }
  return isFine ? [...values] : undefined;
}

function quoteHint(item: YamlNode): { hint: string } | undefined {
  if (item.kind !== 'scalar' || item.value === null || item.value === '') return undefined;
  return { hint: `Write '${item.text}' in quotes.` };
}
