import type { JsonObject, JsonValue } from '@octavus/core';
import type { BlockValue } from '@octavus/protocol';
import type { ValueScope } from './scope.ts';

/**
 * The value of a block with its references in place (protocol-language.md 3.3).
 *
 * @returns `undefined` for an absent reference: its key or list item is left out.
 */
export function resolveValue(value: BlockValue, scope: ValueScope): JsonValue | undefined {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'reference': {
      const found = scope.find(value.name);
      return found === undefined ? absentText(value.name, scope) : found;
    }
    case 'list':
      return value.items.map((item) => resolveValue(item, scope)).filter((item) => item !== undefined);
    case 'map':
      return resolveEntries(value.entries, scope);
  }
}

export function resolveEntries(
  entries: readonly (readonly [key: string, value: BlockValue])[],
  scope: ValueScope,
): JsonObject {
  const resolved: [string, JsonValue][] = [];
  for (const [key, value] of entries) {
    const result = resolveValue(value, scope);
    if (result !== undefined) resolved.push([key, result]);
  }
  return Object.fromEntries(resolved);
}

/** An optional text input that was not supplied reads as `NONE`. */
function absentText(name: string, scope: ValueScope): string | undefined {
  const input = scope.findInput(name);
  if (!input?.isOptional) return undefined;
  const { type } = input;
  const isText = type.kind === 'unknown' || (type.kind === 'string' && type.enum === undefined && !input.enum);
  return isText ? 'NONE' : undefined;
}
