import type { CompiledType, ObjectType, PropertyType } from '../definition/types.ts';
import type { ExpressionDraft, ListDraft, TypeDraft } from './draft.ts';

export interface TypeCompiler {
  /** The compiled type of a name; `undefined` when it, or a type it refers to, is malformed. */
  find(name: string): CompiledType | undefined;
  compile(draft: ExpressionDraft): CompiledType | undefined;
}

/**
 * Compiles checked drafts, each once and when it is first asked for. Types that use the same type share it.
 *
 * @param drafts sound definitions: no circles, within the limits.
 */
export function createTypeCompiler(drafts: ReadonlyMap<string, TypeDraft>): TypeCompiler {
  const compiled = new Map<string, CompiledType | undefined>();
  return { find, compile };

  function find(name: string): CompiledType | undefined {
    if (!compiled.has(name)) {
      const draft = drafts.get(name);
      compiled.set(name, draft && compileDefinition(name, draft));
    }
    return compiled.get(name);
  }

  function compile(draft: ExpressionDraft): CompiledType | undefined {
    if (draft.kind === 'named') return find(draft.type);
    return draft.kind === 'list' ? compileList(draft) : compileBuiltIn(draft);
  }

  function compileDefinition(name: string, draft: TypeDraft): CompiledType | undefined {
    const { description } = draft;
    switch (draft.form) {
      case 'object': {
        const properties = allOf(draft.properties, (property): PropertyType | undefined => {
          const type = compile(property.type);
          return type && { ...property, type };
        });
        return properties && { kind: 'object', name, description, properties };
      }
      case 'array': {
        const list = compileList(draft.list);
        return list && { ...list, name, description };
      }
      case 'union': {
        const variants = allOf(draft.variants, (variant) => find(variant) as ObjectType | undefined);
        return variants && { kind: 'union', name, description, discriminator: draft.discriminator, variants };
      }
    }
  }

  function compileList(draft: ListDraft): Extract<CompiledType, { kind: 'array' }> | undefined {
    const items = compile(draft.items);
    return items && { kind: 'array', name: undefined, items, itemDescription: draft.itemDescription };
  }
}

function compileBuiltIn(draft: Extract<ExpressionDraft, { kind: 'built-in' }>): CompiledType {
  const constant = draft.const;
  switch (draft.type) {
    case 'string':
      return { kind: 'string', enum: draft.enum, const: typeof constant === 'string' ? constant : undefined };
    case 'number':
    case 'integer':
      return { kind: draft.type, const: typeof constant === 'number' ? constant : undefined };
    case 'boolean':
      return { kind: 'boolean', const: typeof constant === 'boolean' ? constant : undefined };
    case 'unknown':
    case 'file':
      return { kind: draft.type };
  }
}

/** Maps a list; `undefined` as soon as one element gives `undefined`. */
function allOf<From, To>(list: readonly From[], map: (element: From) => To | undefined): To[] | undefined {
  const results: To[] = [];
  for (const element of list) {
    const result = map(element);
    if (result === undefined) return undefined;
    results.push(result);
  }
  return results;
}
