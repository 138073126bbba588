import type { CompiledType, InputDeclaration } from '@octavus/protocol';

/** A value for each input that must be given, of its type: what a first call can send as it is. */
export function sampleInput(inputs: Iterable<InputDeclaration>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, type, isOptional, enum: choices } of inputs)
    if (!isOptional) values[name] = choices?.[0] ?? sampleOf(type);
  return values;
}

function sampleOf(type: CompiledType): unknown {
  switch (type.kind) {
    case 'string':
      return type.const ?? type.enum?.[0] ?? 'Hello!';
    case 'number':
    case 'integer':
      return type.const ?? 1;
    case 'boolean':
      return type.const ?? true;
    case 'array':
      return [];
    case 'object':
      return Object.fromEntries(
        type.properties
          .filter(({ isOptional }) => !isOptional)
          .map((property) => [property.name, sampleOf(property.type)]),
      );
    case 'union':
      return type.variants[0] ? sampleOf(type.variants[0]) : {};
    case 'file':
      return { id: 'picture', mediaType: 'image/png', url: 'https://example.com/picture.png' };
    default:
      return 'Hello!';
  }
}
