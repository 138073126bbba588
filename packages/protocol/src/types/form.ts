import type { MapNode, YamlNode } from '../parse/node.ts';

export type TypeForm = 'object' | 'array' | 'union';

/** Which of the three forms an entry of `types` has (protocol-language.md 5.2). Shape checks and the type checker both follow it. */
export function typeForm(definition: MapNode): TypeForm {
  const { entries } = definition;
  if (entries.get('anyOf')?.kind === 'list' || isGiven(entries.get('discriminator'))) return 'union';
  return isGiven(entries.get('type')) ? 'array' : 'object';
}

/** The properties of an object type: every key but a scalar `description`, which describes the type itself. */
export function propertyEntries(definition: MapNode): [name: string, node: YamlNode][] {
  return [...definition.entries].filter(([key, value]) => key !== 'description' || value.kind !== 'scalar');
}

function isGiven(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && node.value !== null;
}
