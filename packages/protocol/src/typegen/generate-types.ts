import type { AgentDefinition, InputDeclaration, ParameterDeclaration } from '../definition/definition.ts';
import type { CompiledType, ObjectType, PropertyType } from '../definition/types.ts';
import { collectTypes, type NamedType } from './collect-types.ts';
import { comment, fileInterface, pascalCase, propertyName } from './text.ts';

/**
 * TypeScript declarations of what an agent takes and gives: its named types, `<Agent>Input`, `<Agent>Triggers` (input by trigger),
 * `<Agent>Tools` (arguments by tool) and, for workers, `<Agent>Output`.
 *
 * @returns a module of interfaces and types only; the same definition always gives the same text.
 */
export function generateTypes(definition: AgentDefinition): string {
  const named = collectTypes(definition);
  const prefix = pascalCase(definition.slug);
  const taken = new Set(named.map(({ name }) => name));
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  const writer = createWriter(free('FileReference'));
  const parts = [
    ...named.map(writer.named),
    writer.fields(free(`${prefix}Input`), 'Input when a session or run starts.', definition.input),
    ...(definition.format === 'worker' ? [outputType(free(`${prefix}Output`), definition, writer)] : []),
    ...(definition.format === 'interactive' ? [triggerTypes(free(`${prefix}Triggers`), definition, writer)] : []),
    toolTypes(free(`${prefix}Tools`), definition, writer),
  ];
  const file = writer.usesFiles() ? [fileInterface(free('FileReference'))] : [];
  const head = `// Types of the agent "${definition.slug}". Generated: changes are overwritten.\n`;
  return [head, ...file, ...parts].join('\n');
}

interface TypeWriter {
  /** The type as an expression. */
  expression(type: CompiledType): string;
  named(type: NamedType): string;
  fields(name: string, doc: string, values: ReadonlyMap<string, Member>): string;
  /** The members of an object, between braces. */
  members(values: Iterable<Member>, indent: string): string;
  usesFiles(): boolean;
}

type Member = Pick<
  InputDeclaration & ParameterDeclaration & PropertyType,
  'name' | 'type' | 'description' | 'isOptional'
>;

function createWriter(fileName: string): TypeWriter {
  let hasFile = false;

  function expression(type: CompiledType): string {
    switch (type.kind) {
      case 'string':
        return type.const === undefined ? choices(type.enum) : JSON.stringify(type.const);
      case 'number':
      case 'integer':
        return type.const === undefined ? 'number' : String(type.const);
      case 'boolean':
        return type.const === undefined ? 'boolean' : String(type.const);
      case 'unknown':
        return 'unknown';
      case 'file':
        hasFile = true;
        return fileName;
      case 'array':
        return type.name ?? arrayOf(expression(type.items));
      case 'object':
        return type.name ?? members(type.properties, '');
      case 'union':
        return type.name;
    }
  }

  function members(values: Iterable<Member>, indent: string): string {
    const lines = [...values].map(({ name, type, description, isOptional }) => {
      const key = `${propertyName(name)}${isOptional ? '?' : ''}`;
      return `${comment(description, `${indent}  `)}${indent}  ${key}: ${expression(type)};\n`;
    });
    return lines.length === 0 ? 'Record<string, never>' : `{\n${lines.join('')}${indent}}`;
  }

  return {
    expression,
    members,
    usesFiles: () => hasFile,
    named: ({ name, type }) => declare(name, describe(type), bodyOf(type)),
    fields: (name, doc, values) => declare(name, doc, members(values.values(), '')),
  };

  function bodyOf(type: NamedType['type']): string {
    if (type.kind === 'array') return arrayOf(expression(type.items));
    if (type.kind === 'union') return type.variants.map((variant) => expression(variant)).join(' | ');
    return members(type.properties, '');
  }
}

function describe(type: NamedType['type']): string | undefined {
  return (type as ObjectType).description;
}

function declare(name: string, doc: string | undefined, body: string): string {
  return `${comment(doc, '')}export type ${name} = ${body};\n`;
}

function choices(values: readonly string[] | undefined): string {
  return values === undefined ? 'string' : [...new Set(values)].map((value) => JSON.stringify(value)).join(' | ');
}

function arrayOf(item: string): string {
  return /[ |{]/.test(item) ? `(${item})[]` : `${item}[]`;
}

function outputType(name: string, { output, variables }: AgentDefinition, writer: TypeWriter): string {
  const type = output === undefined ? undefined : variables.get(output)?.type;
  // A worker whose result was never written answers null.
  return declare(name, 'Result of a run.', type ? `${writer.expression(type)} | null` : 'null');
}

function triggerTypes(name: string, { triggers }: AgentDefinition, writer: TypeWriter): string {
  return recordOf(name, 'Input by trigger.', triggers.values(), ({ input }) => writer.members(input.values(), '  '));
}

function toolTypes(name: string, { tools }: AgentDefinition, writer: TypeWriter): string {
  return recordOf(name, 'Arguments by tool.', tools.values(), ({ parameters }) =>
    writer.members(parameters.values(), '  '),
  );
}

function recordOf<T extends { readonly name: string; readonly description: string | undefined }>(
  name: string,
  doc: string,
  entries: Iterable<T>,
  bodyOf: (entry: T) => string,
): string {
  const lines = [...entries].map(
    (entry) => `${comment(entry.description, '  ')}  ${propertyName(entry.name)}: ${bodyOf(entry)};\n`,
  );
  return declare(name, doc, lines.length === 0 ? 'Record<string, never>' : `{\n${lines.join('')}}`);
}
