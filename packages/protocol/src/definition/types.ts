import type { JsonSchema } from '@octavus/core';

/** A type of the language, expanded: no names left to look up (protocol-language.md 5). */
export type CompiledType =
  | { readonly kind: 'string'; readonly enum: readonly string[] | undefined; readonly const: string | undefined }
  | { readonly kind: 'number' | 'integer'; readonly const: number | undefined }
  | { readonly kind: 'boolean'; readonly const: boolean | undefined }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'file' }
  | { readonly kind: 'array'; readonly name: string | undefined; readonly items: CompiledType }
  | ObjectType
  | {
      readonly kind: 'union';
      readonly name: string;
      readonly discriminator: string;
      readonly variants: readonly ObjectType[];
    };

export interface ObjectType {
  readonly kind: 'object';
  /** The declared type name; absent for a tool's arguments. */
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** In declaration order. */
  readonly properties: readonly PropertyType[];
}

export interface PropertyType {
  readonly name: string;
  readonly type: CompiledType;
  readonly description: string | undefined;
  readonly isOptional: boolean;
}

/** A `responseType`: an object type with what a model call needs of it. */
export interface ResponseType {
  readonly name: string;
  readonly type: ObjectType;
  readonly schema: JsonSchema;
  readonly isStrictCapable: boolean;
}
