import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import type { Text } from '@codemirror/state';

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
  readonly if?: Schema;
  readonly then?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** Texts of a mapping by their key, as far as they stand on the line of the key. */
type Mapping = ReadonlyMap<string, string>;

/** A mapping on the way from the document to a place in it. */
interface Level {
  readonly mapping: Mapping;
  /** The key that leads on; undefined in the mapping of the place itself. */
  readonly key: string | undefined;
}

/** Offers keys and values of a YAML document in block style by its JSON Schema. */
export function completeFromSchema(root: Schema): CompletionSource {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const value = /^(\s*(?:- )*)([\w-]+):\s+(\S*)$/.exec(before);
    if (value) {
      const [, indent = '', key = '', typed = ''] = value;
      const levels = levelsAbove(context, line.number, indent.length, key);
      return answer(context, typed, valuesOf(schemasAt(root, levels), root));
    }
    const [, indent, typed] = /^(\s*(?:- )*)([\w-]*)$/.exec(before) ?? [];
    if (indent === undefined || typed === undefined || (typed === '' && !context.explicit)) return null;
    const levels = levelsAbove(context, line.number, indent.length, undefined);
    const written = levels.at(-1)?.mapping;
    return answer(
      context,
      typed,
      keysOf(schemasAt(root, levels)).filter(({ label }) => label === typed || !written?.has(label)),
    );
  };
}

function answer(context: CompletionContext, typed: string, options: Completion[]): CompletionResult | null {
  return options.length > 0 ? { from: context.pos - typed.length, options, validFor: /^[\w-]*$/ } : null;
}

/** The mappings that a line of that indentation is in, outermost first. */
function levelsAbove(
  { state: { doc } }: CompletionContext,
  lineNumber: number,
  indentation: number,
  key: string | undefined,
): Level[] {
  const levels: Level[] = [{ mapping: mappingAt(doc, lineNumber, indentation), key }];
  let limit = indentation;
  for (let number = lineNumber - 1; number > 0 && limit > 0; number -= 1) {
    const entry = readEntry(doc.line(number).text);
    if (!entry || entry.indentation >= limit) continue;
    levels.unshift({ mapping: mappingAt(doc, number, entry.indentation), key: entry.key });
    limit = entry.indentation;
  }
  return levels;
}

/** The entries around a line that have its indentation, up to the ends of their mapping. */
function mappingAt(doc: Text, lineNumber: number, indentation: number): Mapping {
  const mapping = new Map<string, string>();
  for (const step of [-1, 1]) {
    for (let number = lineNumber; number > 0 && number <= doc.lines; number += step) {
      const entry = readEntry(doc.line(number).text);
      if (!entry || entry.indentation > indentation) continue;
      if (entry.indentation < indentation) break;
      mapping.set(entry.key, entry.text);
    }
  }
  return mapping;
}

function readEntry(line: string): { indentation: number; key: string; text: string } | undefined {
  const [, indent, key, text = ''] = /^(\s*(?:- )*)([^\s#:][^:]*):(?:\s+(.*)|$)/.exec(line) ?? [];
  if (indent === undefined || key === undefined) return undefined;
  return { indentation: indent.length, key: withoutQuotes(key), text: withoutQuotes(text.trim()) };
}

function withoutQuotes(text: string): string {
  return text.replaceAll(/^["']|["']$/g, '');
}

/** Every schema that may hold at the end of the levels: where a document chooses among forms, all that its entries do not exclude. */
function schemasAt(root: Schema, levels: readonly Level[]): Schema[] {
  let schemas: Schema[] = [root];
  for (const { mapping, key } of levels) {
    const here = schemas.flatMap((schema) => expand(schema, root, mapping));
    schemas = key === undefined ? here : here.flatMap((schema) => childrenOf(schema, key));
  }
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

const nothing: Mapping = new Map();

/** Follows references, lists alternatives, and what follows from the entries of the mapping. */
function expand(schema: Schema, root: Schema, mapping: Mapping = nothing, depth = 0): Schema[] {
  if (depth > 8) return [];
  const prefix = '#/definitions/';
  const referred = schema.$ref?.startsWith(prefix) ? root.definitions?.[schema.$ref.slice(prefix.length)] : undefined;
  const others = [
    ...(referred ? [referred] : []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
    ...(schema.then && isMet(schema.if, mapping) ? [schema.then] : []),
  ];
  const lists = schema.items !== undefined && typeof schema.items !== 'boolean' ? [schema.items] : [];
  return [schema, ...[...others, ...lists].flatMap((other) => expand(other, root, mapping, depth + 1))];
}

/** Whether the entries have the constants that the condition wants. */
function isMet(condition: Schema | undefined, mapping: Mapping): boolean {
  return Object.entries(condition?.properties ?? {}).every(
    ([key, schema]) => typeof schema === 'boolean' || String(schema.const) === mapping.get(key),
  );
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
