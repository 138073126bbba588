import type { Help, Report } from '../diagnostics/report.ts';
import { looksLikeVariable } from '../names.ts';
import { type ScalarNode, valuePlace, type YamlNode } from '../parse/node.ts';
import type { ChoiceShape, NumberShape, PatternShape, SettingShape, Shape, TextShape } from './shape.ts';

/** Checks shapes that are single values (42 to 44, 46). @returns false when something was reported. */
export function checkScalar(node: YamlNode, shape: Shape, report: Report): boolean {
  switch (shape.kind) {
    case 'text':
      return checkText(node, shape, report);
    case 'boolean':
      return checkBoolean(node, report);
    case 'number':
      return checkNumber(node, shape, report);
    case 'choice':
      return checkChoice(node, shape, report);
    case 'pattern':
      return checkPattern(node, shape, report);
    case 'setting':
      return checkSetting(node, shape, report);
    case 'anything':
    case 'value':
      return checkFinite(node, report);
    default:
      return true;
  }
}

export function reportWrongType(node: YamlNode, expected: string, report: Report, help?: Help): false {
  report('PROTO_WRONG_TYPE', valuePlace(node), { expected, actual: describe(node) }, help);
  return false;
}

function describe(node: YamlNode): string {
  if (node.kind === 'map') return 'a mapping';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string')
    return `the string "${node.value.length > 40 ? `${node.value.slice(0, 39)}…` : node.value}"`;
  return `the ${typeof node.value} ${node.text}`;
}

function isString(node: YamlNode): node is ScalarNode & { value: string } {
  return node.kind === 'scalar' && typeof node.value === 'string';
}

function checkText(node: YamlNode, shape: TextShape, report: Report): boolean {
  if (!isString(node)) return reportWrongType(node, 'a string', report, quoteHint(node));
  if (shape.maxLength === undefined || node.value.length <= shape.maxLength) return true;
  const key = node.path.slice(node.path.lastIndexOf('.') + 1);
  report('PROTO_TOO_LONG', valuePlace(node), { key, max: shape.maxLength });
  return false;
}

function quoteHint(node: YamlNode): Help | undefined {
  return node.kind === 'scalar' && node.value !== null ? { hint: `Write it in quotes: "${node.text}".` } : undefined;
}

function checkBoolean(node: YamlNode, report: Report): boolean {
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return true;
  const isWord = isString(node) && /^(?:yes|no|on|off)$/i.test(node.value);
  return reportWrongType(
    node,
    'true or false',
    report,
    isWord ? { hint: 'In YAML 1.2 this word is a string.' } : undefined,
  );
}

function checkNumber(node: YamlNode, shape: NumberShape, report: Report): boolean {
  if (shape.word !== undefined && isString(node)) return checkWord(node, shape, report);
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (typeof value !== 'number') return reportWrongType(node, shape.isInteger ? 'an integer' : 'a number', report);
  const isInfinite = !Number.isFinite(value);
  if (shape.isInteger && !isInfinite && !Number.isInteger(value)) return reportWrongType(node, 'an integer', report);
  const isBelow = value < shape.min || (shape.isMinExclusive === true && value === shape.min);
  const isAbove =
    shape.max !== undefined && (value > shape.max || (shape.isMaxExclusive === true && value === shape.max));
  if (!isBelow && !isAbove && !isInfinite) return true;
  const params = { value: (node as ScalarNode).text, min: shape.min, max: shape.max ?? 'any larger number' };
  report(
    'PROTO_OUT_OF_RANGE',
    valuePlace(node),
    params,
    isAbove && shape.hintAbove ? { hint: shape.hintAbove } : undefined,
  );
  return false;
}

function checkWord(node: ScalarNode & { value: string }, shape: NumberShape, report: Report): boolean {
  if (node.value === shape.word) return true;
  const allowed = `a number from ${shape.min} to ${shape.max}, "${shape.word}", or the name of an input`;
  report('PROTO_INVALID_VALUE', valuePlace(node), { value: node.value, allowed });
  return false;
}

function checkChoice(node: YamlNode, shape: ChoiceShape, report: Report): boolean {
  if (!isString(node)) return reportWrongType(node, 'a string', report, quoteHint(node));
  if (shape.values.includes(node.value)) return true;
  const params = { value: node.value, allowed: shape.values.join(', ') };
  report('PROTO_INVALID_VALUE', valuePlace(node), params, { wrong: node.value, allowed: shape.values });
  return false;
}

function checkPattern(node: YamlNode, shape: PatternShape, report: Report): boolean {
  if (!isString(node)) return reportWrongType(node, 'a string', report, quoteHint(node));
  if (shape.pattern.test(node.value)) return true;
  report('PROTO_INVALID_VALUE', valuePlace(node), { value: node.value, allowed: shape.allowed });
  return false;
}

/** What looks like a name is one: no model id, level or language code has that shape (3.4). */
function checkSetting(node: YamlNode, shape: SettingShape, report: Report): boolean {
  if (isString(node) && looksLikeVariable(node.value)) return true;
  return checkScalar(node, shape.literal, report);
}

/** `.inf` and `.nan` are YAML numbers, but no JSON values. */
function checkFinite(node: YamlNode, report: Report): boolean {
  if (node.kind === 'list') return node.items.every((item) => checkFinite(item, report));
  if (node.kind === 'map') return [...node.entries.values()].every((entry) => checkFinite(entry, report));
  if (typeof node.value !== 'number' || Number.isFinite(node.value)) return true;
  return reportWrongType(node, 'a JSON value', report);
}
