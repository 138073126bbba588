import type { CompiledType } from '../definition/types.ts';
import { stringOf, valuePlace, type YamlNode } from '../parse/node.ts';
import { itemsOf } from '../parse/read.ts';
import { typeText } from '../types/text.ts';
import type { BlockChecks } from './context.ts';

/** Names of values that should hold files (163). */
export function checkFileTypes(node: YamlNode | undefined, { scope, report }: BlockChecks): void {
  for (const item of itemsOf(node)) {
    const name = stringOf(item);
    const type = name === undefined ? undefined : scope.find(name)?.type;
    if (type && !holdsFiles(type)) report('PROTO_FILES_TYPE', valuePlace(item), { n: name!, t: typeText(type) });
  }
}

function holdsFiles(type: CompiledType): boolean {
  if (type.kind === 'array') return type.items.kind === 'file' || type.items.kind === 'string';
  return ['file', 'string', 'unknown'].includes(type.kind);
}

/** The name of a value that should hold text (164). */
export function checkTextType(node: YamlNode | undefined, { scope, report }: BlockChecks): void {
  const name = stringOf(node);
  const type = name === undefined ? undefined : scope.find(name)?.type;
  if (!node || !type || ['string', 'unknown', 'number', 'integer'].includes(type.kind)) return;
  report('PROTO_TEXT_TYPE', valuePlace(node), { n: name!, t: typeText(type) });
}
