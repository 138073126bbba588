/** What the check of a type definition leaves for the compiler: names are not looked up yet. */
export type TypeDraft =
  | { readonly form: 'object'; readonly description: string | undefined; readonly properties: readonly PropertyDraft[] }
  | { readonly form: 'array'; readonly description: string | undefined; readonly list: ListDraft }
  | {
      readonly form: 'union';
      readonly description: string | undefined;
      readonly discriminator: string;
      readonly variants: readonly string[];
    };

export interface PropertyDraft {
  readonly name: string;
  readonly type: ExpressionDraft;
  readonly description: string | undefined;
  readonly isOptional: boolean;
}

export type ExpressionDraft =
  | {
      readonly kind: 'built-in';
      readonly type: BuiltInType;
      readonly enum: readonly string[] | undefined;
      readonly const: string | number | boolean | undefined;
    }
  | { readonly kind: 'named'; readonly type: string }
  | ListDraft;

export interface ListDraft {
  readonly kind: 'list';
  readonly items: ExpressionDraft;
  readonly itemDescription: string | undefined;
}

export const builtInTypes = ['string', 'number', 'integer', 'boolean', 'unknown', 'file'] as const;

export type BuiltInType = (typeof builtInTypes)[number];

export function isBuiltInType(name: string): name is BuiltInType {
  return (builtInTypes as readonly string[]).includes(name);
}

/** Every custom type an expression refers to. */
export function* namesOf(draft: ExpressionDraft): Generator<string> {
  let inner = draft;
  while (inner.kind === 'list') inner = inner.items;
  if (inner.kind === 'named') yield inner.type;
}

/** Every custom type a definition refers to, once per place. */
export function* referencesOf(draft: TypeDraft): Generator<string> {
  if (draft.form === 'union') yield* draft.variants;
  else if (draft.form === 'array') yield* namesOf(draft.list);
  else for (const property of draft.properties) yield* namesOf(property.type);
}
