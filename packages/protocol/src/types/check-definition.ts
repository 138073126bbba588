import type { Report } from '../diagnostics/report.ts';
import { entryOf, type MapNode, stringOf, valuePlace, type YamlNode } from '../parse/node.ts';
import { readList, readMember } from './check-member.ts';
import { readUnion } from './check-union.ts';
import type { PropertyDraft, TypeDraft } from './draft.ts';
import type { KnownNames } from './expression.ts';
import { propertyEntries, typeForm } from './form.ts';

/**
 * Checks one entry of `types` (64 to 66, 70 to 79, 83 to 92).
 *
 * @param definitions every entry of the section.
 * @returns `undefined` when something about it is wrong: nothing more is said about the places that use it.
 */
export function readDefinition(
  name: string,
  node: MapNode,
  definitions: ReadonlyMap<string, YamlNode>,
  report: Report,
): TypeDraft | undefined {
  let isFine = true;
  const watched: Report = (code, ...rest) => {
    // The only warning about a type itself.
    if (code !== 'PROTO_ENUM_DUPLICATE') isFine = false;
    report(code, ...rest);
  };
  const draft = readForm(name, node, definitions, watched);
  return isFine ? draft : undefined;
}

function readForm(
  name: string,
  node: MapNode,
  definitions: ReadonlyMap<string, YamlNode>,
  report: Report,
): TypeDraft | undefined {
  const form = typeForm(node);
  if (form === 'union') return readUnion(name, node, definitions, report);
  return form === 'array' ? readArray(node, definitions, report) : readObject(name, node, definitions, report);
}

function readArray(node: MapNode, names: KnownNames, report: Report): TypeDraft | undefined {
  const type = entryOf(node, 'type')!;
  if (stringOf(type) !== 'array') {
    report('PROTO_TYPE_ALIAS', valuePlace(type), { t: type.kind === 'scalar' ? type.text : '' });
    return undefined;
  }
  const list = readList(node, names, report);
  return list && { form: 'array', description: stringOf(entryOf(node, 'description')), list };
}

function readObject(name: string, node: MapNode, names: KnownNames, report: Report): TypeDraft | undefined {
  const entries = propertyEntries(node);
  if (entries.length === 0) report('PROTO_TYPE_NO_PROPERTIES', valuePlace(node), { n: name });
  const properties = entries.map(([key, value]) => readProperty(key, value, names, report));
  if (!properties.every((property) => property !== undefined)) return undefined;
  return { form: 'object', description: stringOf(entryOf(node, 'description')), properties };
}

function readProperty(name: string, node: YamlNode, names: KnownNames, report: Report): PropertyDraft | undefined {
  if (node.kind !== 'map') return undefined;
  const type = readMember(node, names, report);
  const optional = entryOf(node, 'optional');
  const isOptional = optional?.kind === 'scalar' && optional.value === true;
  return type && { name, type, description: stringOf(entryOf(node, 'description')), isOptional };
}
