import type { Place, Report } from '../diagnostics/report.ts';
import { isVariableName } from '../names.ts';
import { keyPlace, stringOf, valuePlace, type YamlNode } from '../parse/node.ts';
import { reportWrongType } from '../shape/check-scalar.ts';
import type { LookupPlace } from './context.ts';
import { reportUndefined } from './lookup.ts';

/** One label of an input mapping and the value it stands for (protocol-language.md 3.2). */
export interface MappingEntry {
  readonly label: string;
  readonly source: YamlNode;
  readonly place: Place;
  /** A plain name: label and source are the same text. */
  readonly isPlainName: boolean;
}

/** The entries of all three spellings, in order, valid or not. */
export function mappingEntries(mapping: YamlNode | undefined): MappingEntry[] {
  if (mapping?.kind === 'list') return mapping.items.flatMap(itemEntries);
  return mapping?.kind === 'map' ? namedEntries(mapping) : [];
}

function itemEntries(item: YamlNode): MappingEntry[] {
  if (item.kind === 'map') return namedEntries(item);
  return [{ label: stringOf(item) ?? '', source: item, place: valuePlace(item), isPlainName: true }];
}

function namedEntries(map: YamlNode & { kind: 'map' }): MappingEntry[] {
  return [...map.entries].map(([label, source]) => ({ label, source, place: keyPlace(source), isPlainName: false }));
}

/** Checks labels and sources of an input mapping (93 to 97). */
export function checkMapping(mapping: YamlNode, place: LookupPlace): void {
  const seen = new Set<string>();
  for (const entry of mappingEntries(mapping)) {
    if (!checkSource(entry.source, place) && entry.isPlainName) continue;
    if (!entry.isPlainName && !isVariableName(entry.label)) {
      place.report('PROTO_INPUT_LABEL', entry.place, { label: entry.label });
    } else if (seen.has(entry.label)) {
      place.report('PROTO_INPUT_LABEL_DUPLICATE', entry.place, { label: entry.label });
    }
    seen.add(entry.label);
  }
}

/** A source, or another place where only a name may stand. @returns false when it is no name at all (reported). */
export function checkSource(node: YamlNode, place: LookupPlace): boolean {
  if (node.kind !== 'scalar') return reportWrongType(node, 'a variable name', place.report);
  const name = stringOf(node);
  if (name === undefined || !isVariableName(name)) return reportNotAName(node.text, node, place.report);
  const value = place.values.find(name);
  if (value) place.agent.usage.read.add(value);
  else reportUndefined(name, valuePlace(node), place);
  return true;
}

function reportNotAName(text: string, node: YamlNode, report: Report): false {
  report('PROTO_REF_NOT_A_NAME', valuePlace(node), { v: text });
  return false;
}
