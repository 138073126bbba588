import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';

/** The parts of a JSON Schema that say what may be written where. */
interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema | boolean>>;
  readonly additionalProperties?: Schema | boolean;
  readonly patternProperties?: Readonly<Record<string, Schema | boolean>>;
  readonly items?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** Offers keys and values of a YAML document in block style by its JSON Schema. */
export function completeFromSchema(root: Schema): CompletionSource {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const value = /^(\s*(?:- )*)([\w-]+):\s+(\S*)$/.exec(before);
    if (value) {
      const [, indent = '', key = '', typed = ''] = value;
      const path = [...pathAbove(context, line.number, indent.length), key];
      return answer(context, typed, valuesOf(schemasAt(root, path), root));
    }
    const [, indent, typed] = /^(\s*(?:- )*)([\w-]*)$/.exec(before) ?? [];
    if (indent === undefined || typed === undefined || (typed === '' && !context.explicit)) return null;
    return answer(context, typed, keysOf(schemasAt(root, pathAbove(context, line.number, indent.length))));
  };
}

function answer(context: CompletionContext, typed: string, options: Completion[]): CompletionResult | null {
  return options.length > 0 ? { from: context.pos - typed.length, options, validFor: /^[\w-]*$/ } : null;
}

/** The keys that a line of that indentation is under, outermost first. */
function pathAbove({ state }: CompletionContext, lineNumber: number, indentation: number): string[] {
  const path: string[] = [];
  let limit = indentation;
  for (let number = lineNumber - 1; number > 0 && limit > 0; number -= 1) {
    const [, indent = '', key] = /^(\s*(?:- )*)([^\s#:][^:]*):(?:\s|$)/.exec(state.doc.line(number).text) ?? [];
    if (key === undefined || indent.length >= limit) continue;
    path.unshift(key.replaceAll(/^["']|["']$/g, ''));
    limit = indent.length;
  }
  return path;
}

/** Every schema that may hold at a path: where a document chooses among forms, all of them. */
function schemasAt(root: Schema, path: readonly string[]): Schema[] {
  let schemas = expand(root, root);
  for (const key of path)
    schemas = schemas.flatMap((schema) => childrenOf(schema, key)).flatMap((child) => expand(child, root));
  return schemas;
}

function childrenOf(
  { properties, patternProperties = {}, additionalProperties, items }: Schema,
  key: string,
): Schema[] {
  const named = properties?.[key];
  if (named !== undefined) return toSchemas(named);
  const matching = Object.entries(patternProperties).flatMap(([pattern, schema]) =>
    new RegExp(pattern, 'u').test(key) ? [schema] : [],
  );
  const listed = items === undefined ? [] : [items];
  return [...matching, ...(additionalProperties === undefined ? [] : [additionalProperties]), ...listed].flatMap(
    toSchemas,
  );
}

function toSchemas(schema: Schema | boolean): Schema[] {
  return typeof schema === 'boolean' ? [] : [schema];
}

/** Follows references and lists alternatives. */
function expand(schema: Schema, root: Schema, depth = 0): Schema[] {
  if (depth > 8) return [];
  const referred = schema.$ref?.startsWith('#/$defs/') ? root.$defs?.[schema.$ref.slice('#/$defs/'.length)] : undefined;
  const others = [
    ...(referred ? [referred] : []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
  ];
  const lists = schema.items !== undefined && typeof schema.items !== 'boolean' ? [schema.items] : [];
  return [schema, ...[...others, ...lists].flatMap((other) => expand(other, root, depth + 1))];
}

function keysOf(schemas: readonly Schema[]): Completion[] {
  const found = new Map<string, Completion>();
  for (const { properties = {} } of schemas) {
    for (const [label, schema] of Object.entries(properties)) {
      const info = typeof schema === 'boolean' ? undefined : schema.description;
      found.set(label, { label, type: 'property', apply: `${label}: `, ...(info !== undefined && { info }) });
    }
  }
  return [...found.values()];
}

function valuesOf(schemas: readonly Schema[], root: Schema): Completion[] {
  const labels = new Set<string>();
  for (const schema of schemas.flatMap((one) => expand(one, root))) {
    for (const value of schema.enum ?? []) labels.add(String(value));
    if (schema.const !== undefined) labels.add(String(schema.const));
    if ([schema.type].flat().includes('boolean')) for (const label of ['true', 'false']) labels.add(label);
  }
  return [...labels].map((label) => ({ label, type: 'enum' }));
}
