import type { CompiledType } from '../definition/types.ts';

/** A type as an author writes it: `string`, `Room[]`, `BookingOutcome`. For messages. */
export function typeText(type: CompiledType): string {
  if (type.kind === 'array') return type.name ?? `${typeText(type.items)}[]`;
  if (type.kind === 'object') return type.name ?? 'object';
  return type.kind === 'union' ? type.name : type.kind;
}

/** True when the type is `kind` or holds one at any depth. */
export function containsKind(type: CompiledType, kind: CompiledType['kind']): boolean {
  const seen = new Set<CompiledType>();
  return search(type);

  function search(candidate: CompiledType): boolean {
    if (candidate.kind === kind) return true;
    if (seen.has(candidate)) return false;
    seen.add(candidate);
    if (candidate.kind === 'array') return search(candidate.items);
    if (candidate.kind === 'object') return candidate.properties.some((property) => search(property.type));
    return candidate.kind === 'union' && candidate.variants.some(search);
  }
}
