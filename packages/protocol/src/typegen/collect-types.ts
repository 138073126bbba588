import type { Block } from '../definition/blocks.ts';
import type { AgentDefinition } from '../definition/definition.ts';
import type { CompiledType, ObjectType } from '../definition/types.ts';

export interface NamedType {
  readonly name: string;
  readonly type: Extract<CompiledType, { kind: 'array' | 'union' }> | ObjectType;
}

/** The named types that an agent's interface uses, each once, in the order in which they are met. */
export function collectTypes(definition: AgentDefinition): NamedType[] {
  const found = new Map<string, NamedType>();
  for (const type of rootTypes(definition)) visit(type);
  return [...found.values()];

  function visit(type: CompiledType): void {
    if ('name' in type && type.name !== undefined) {
      if (found.has(type.name)) return;
      found.set(type.name, { name: type.name, type });
    }
    if (type.kind === 'array') visit(type.items);
    if (type.kind === 'object') for (const property of type.properties) visit(property.type);
    if (type.kind === 'union') for (const variant of type.variants) visit(variant);
  }
}

function* rootTypes({ input, resources, variables, triggers, tools, steps }: AgentDefinition): Iterable<CompiledType> {
  for (const values of [input, resources, variables]) for (const { type } of values.values()) yield type;
  for (const { input: values } of triggers.values()) for (const { type } of values.values()) yield type;
  for (const { parameters } of tools.values()) for (const { type } of parameters.values()) yield type;
  yield* responseTypes(steps);
  for (const { blocks } of triggers.values()) yield* responseTypes(blocks);
}

function* responseTypes(blocks: readonly Block[]): Iterable<CompiledType> {
  for (const block of blocks) if (block.kind === 'next-message' && block.responseType) yield block.responseType.type;
}
