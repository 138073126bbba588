import type { Report } from '../diagnostics/report.ts';
import { stringOf, valuePlace, type YamlNode } from '../parse/node.ts';
import { builtInTypes, type ExpressionDraft, isBuiltInType } from './draft.ts';

/** The declared type names, in order: a set, or a map by name. */
export interface KnownNames {
  has(name: string): boolean;
  keys(): Iterable<string>;
}

/**
 * Reads a type expression (protocol-language.md 5.1): a built-in or declared name, or one of these with `[]`.
 *
 * @param names the declared types.
 * @returns `undefined` when it is wrong: reported here, or already by the shape check when it is no text.
 */
export function readExpression(node: YamlNode, names: KnownNames, report: Report): ExpressionDraft | undefined {
  const text = stringOf(node);
  if (text === undefined || text.trim() === '') return undefined;
  if (!/[[\]]/.test(text)) return readName(text, node, names, report);
  const element = text.endsWith('[]') ? text.slice(0, -2) : '';
  if (element === '' || /[[\]]/.test(element) || isStandalone(element)) {
    report('PROTO_TYPE_SHORTHAND', valuePlace(node), { t: text }, { hint: shorthandHint });
    return undefined;
  }
  const items = readName(element, node, names, report);
  return items && { kind: 'list', items, itemDescription: undefined };
}

const shorthandHint = 'Write the name of a type and "[]" once; for nested arrays declare a type with type: array.';

function readName(name: string, node: YamlNode, names: KnownNames, report: Report): ExpressionDraft | undefined {
  if (isBuiltInType(name)) return { kind: 'built-in', type: name, enum: undefined, const: undefined };
  if (names.has(name)) return { kind: 'named', type: name };
  if (isStandalone(name)) report('PROTO_TYPE_STANDALONE', valuePlace(node), { t: name });
  else report('PROTO_TYPE_UNDEFINED', valuePlace(node), { t: name }, { wrong: name, allowed: typeNames(names) });
  return undefined;
}

/** Listed when the suggestion is made: most findings of a hostile file are never shown. */
function typeNames(names: KnownNames): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      yield* builtInTypes;
      yield* names.keys();
    },
  };
}

function isStandalone(name: string): boolean {
  return name === 'array' || name === 'object';
}
