import type { JsonValue } from '@octavus/core';
import type { CheckDeclaration } from '../checks/seam.ts';
import type { CompiledType } from '../definition/types.ts';
import type { Report } from '../diagnostics/report.ts';
import { entryOf, stringOf, valuePlace, type YamlNode } from '../parse/node.ts';
import { readEnum } from './check-enum.ts';
import { nodeValue } from './node-value.ts';
import { typeText } from './text.ts';
import { validateValue } from './validate.ts';

/** Checks type, `enum` and `default` of a declaration or tool parameter (64 to 73); shape and name are checked before. */
export const checkDeclaration: CheckDeclaration = (declaration, { name, kind, types }, report) => {
  const expression = entryOf(declaration, 'type');
  const declared = expression ? types.resolve(expression, report) : undefined;
  const hasEnum = kind === 'input' || kind === 'parameter';
  const enumNode = hasEnum ? entryOf(declaration, 'enum') : undefined;
  // A malformed type says nothing about the enum, but the enum's own values are checked all the same.
  const expected = declared && stringOf(expression);
  const values = enumNode && readEnum(enumNode, expected, report);
  const type =
    expression === undefined && kind === 'resource' ? { kind: 'unknown' as const } : narrow(declared, values);
  const defaultNode = kind === 'parameter' ? undefined : entryOf(declaration, 'default');
  const value = defaultNode && readDefault(defaultNode, type, report);
  const isMarkedOptional = isTrue(entryOf(declaration, 'optional'));
  if (kind === 'input' && defaultNode && !isMarkedOptional) {
    report('PROTO_DEFAULT_NOT_OPTIONAL', valuePlace(defaultNode), { n: name });
  }
  return { type, enum: values, isOptional: isMarkedOptional || defaultNode !== undefined, default: value };
};

function narrow(type: CompiledType | undefined, values: readonly string[] | undefined): CompiledType | undefined {
  return type?.kind === 'string' && values ? { ...type, enum: values } : type;
}

/** A default is compared as it is, without coercion (67, 68). */
function readDefault(node: YamlNode, type: CompiledType | undefined, report: Report): JsonValue | undefined {
  const value = nodeValue(node);
  if (type === undefined) return value;
  const bare: CompiledType = type.kind === 'string' ? { ...type, enum: undefined } : type;
  if (value === undefined || validateValue(bare, value).length > 0) {
    report('PROTO_DEFAULT_TYPE', valuePlace(node), { t: typeText(type) });
    return undefined;
  }
  if (type.kind !== 'string' || !type.enum || type.enum.includes(value as string)) return value;
  report('PROTO_DEFAULT_NOT_IN_ENUM', valuePlace(node), {}, { wrong: value as string, allowed: type.enum });
  return undefined;
}

function isTrue(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && node.value === true;
}
