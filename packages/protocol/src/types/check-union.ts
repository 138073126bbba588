import type { Report } from '../diagnostics/report.ts';
import { entryOf, keyPlace, type MapNode, missingPlace, stringOf, valuePlace, type YamlNode } from '../parse/node.ts';
import type { TypeDraft } from './draft.ts';
import { typeForm } from './form.ts';

/** A union while it is checked. */
interface Union {
  readonly name: string;
  readonly node: MapNode;
  readonly discriminator: string | undefined;
  /** Every entry of `types`. */
  readonly definitions: ReadonlyMap<string, YamlNode>;
  readonly report: Report;
}

const unionKeys = ['anyOf', 'discriminator', 'description'];

/**
 * Checks a union (83 to 92).
 *
 * @returns `undefined` when it cannot be compiled.
 */
export function readUnion(
  name: string,
  node: MapNode,
  definitions: ReadonlyMap<string, YamlNode>,
  report: Report,
): TypeDraft | undefined {
  for (const [key, value] of node.entries) {
    if (!unionKeys.includes(key))
      report('PROTO_UNION_MIXED', keyPlace(value), { key }, { wrong: key, allowed: unionKeys });
  }
  const discriminatorNode = entryOf(node, 'discriminator');
  if (!discriminatorNode) report('PROTO_UNION_NO_DISCRIMINATOR', missingPlace(node, 'discriminator'), {});
  const discriminator = stringOf(discriminatorNode);
  const variants = readVariants({ name, node, discriminator, definitions, report });
  if (discriminator === undefined || variants === undefined) return undefined;
  return { form: 'union', description: stringOf(entryOf(node, 'description')), discriminator, variants };
}

function readVariants(union: Union): readonly string[] | undefined {
  const list = entryOf(union.node, 'anyOf');
  const place = list ? valuePlace(list) : missingPlace(union.node, 'anyOf');
  const isMissing = list === undefined || (list.kind === 'list' && list.items.length < 2);
  if (isMissing) union.report('PROTO_UNION_TOO_FEW', place, {});
  if (list?.kind !== 'list') return undefined;
  const variants = new Set<string>();
  const owners = new Map<string, string>();
  for (const item of list.items) {
    const variant = stringOf(item);
    if (variant === undefined) continue;
    if (variants.has(variant)) union.report('PROTO_UNION_DUPLICATE_VARIANT', valuePlace(item), { v: variant });
    else checkVariant(variant, item, union, owners);
    variants.add(variant);
  }
  return [...variants];
}

function checkVariant(variant: string, item: YamlNode, union: Union, owners: Map<string, string>): void {
  const definition = union.definitions.get(variant);
  if (definition === undefined) {
    const help = { wrong: variant, allowed: union.definitions.keys() };
    union.report('PROTO_UNION_VARIANT_UNDEFINED', valuePlace(item), { v: variant }, help);
    return;
  }
  if (definition.kind !== 'map') return;
  const form = typeForm(definition);
  if (form !== 'object') {
    const kind = form === 'array' ? 'an array' : 'a union';
    union.report('PROTO_UNION_VARIANT_NOT_OBJECT', valuePlace(item), { v: variant, kind });
  } else if (union.discriminator !== undefined) {
    checkDiscriminator(union.discriminator, { variant, item, definition }, union, owners);
  }
}

function checkDiscriminator(
  name: string,
  { variant, item, definition }: { variant: string; item: YamlNode; definition: MapNode },
  union: Union,
  owners: Map<string, string>,
): void {
  const property = definition.entries.get(name);
  if (property === undefined || (property.kind === 'scalar' && name === 'description')) {
    union.report('PROTO_UNION_DISCRIMINATOR_MISSING', valuePlace(item), { v: variant, d: name });
    return;
  }
  if (property.kind !== 'map') return;
  const constant = entryOf(property, 'const');
  if (constant === undefined || stringOf(entryOf(property, 'type')) !== 'string') {
    union.report('PROTO_UNION_DISCRIMINATOR_NOT_CONST', valuePlace(property), { d: name, n: union.name });
  }
  const optional = entryOf(property, 'optional');
  if (optional?.kind === 'scalar' && optional.value === true) {
    union.report('PROTO_UNION_DISCRIMINATOR_OPTIONAL', valuePlace(optional), { d: name });
  }
  const value = stringOf(constant);
  if (constant === undefined || value === undefined) return;
  const other = owners.get(value);
  if (other === undefined) owners.set(value, variant);
  else union.report('PROTO_UNION_CONST_DUPLICATE', valuePlace(constant), { c: value, other });
}
