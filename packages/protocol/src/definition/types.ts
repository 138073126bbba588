import type { JsonSchema } from '@octavus/core';

/** A type of the language, expanded: no names left to look up (protocol-language.md 5). */
export type CompiledType =
  | { readonly kind: 'string'; readonly enum: readonly string[] | undefined; readonly const: string | undefined }
  | { readonly kind: 'number' | 'integer'; readonly const: number | undefined }
  | { readonly kind: 'boolean'; readonly const: boolean | undefined }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'file' }
  | ArrayType
  | ObjectType
  | UnionType;

export interface ArrayType {
  readonly kind: 'array';
  /** The declared type name; absent for `X[]` and for `type: array` in a property. */
  readonly name: string | undefined;
  readonly description?: string;
  readonly items: CompiledType;
  /** What `items` says about an element; wins over the description of the element's type. */
  readonly itemDescription?: string;
}

export interface ObjectType {
  readonly kind: 'object';
  /** The declared type name; absent for a tool's arguments. */
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** In declaration order. */
  readonly properties: readonly PropertyType[];
}

/** Objects told apart by the constant of one property that all of them have. */
export interface UnionType {
  readonly kind: 'union';
  readonly name: string;
  readonly description?: string;
  readonly discriminator: string;
  readonly variants: readonly ObjectType[];
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
