import type { AgentModel } from '../checks/context.ts';
import type { DeclaredValue } from '../checks/seam.ts';
import type { CheckedSettings } from '../checks/settings-file.ts';
import type {
  AgentDefinition,
  InputDeclaration,
  ReferenceDocument,
  ResourceDeclaration,
  VariableDeclaration,
} from '../definition/definition.ts';
import { readFlag, readMap, readText } from '../parse/read.ts';
import type { PromptSet } from '../prompts/check-prompts.ts';
import { compilePrompts } from '../prompts/compile.ts';
import { workerInputSchema } from '../types/json-schema.ts';
import { compileHandler } from './compile-block.ts';
import type { CompileContext } from './compile-parts.ts';
import { compileScope } from './compile-scope.ts';
import { compileTools, compileUses } from './compile-uses.ts';

export interface CompileSource {
  readonly model: AgentModel;
  readonly settings: CheckedSettings;
  readonly prompts: PromptSet;
  readonly references: ReadonlyMap<string, ReferenceDocument>;
}

/** Compiles an agent without errors to what the engine runs. */
export function compileAgent({ model, settings, prompts, references }: CompileSource): AgentDefinition {
  const context: CompileContext = { model, templates: compilePrompts(prompts.prompts) };
  const input = compileInputs(model.input, model);
  const main = readMap(model.sections, 'agent');
  return {
    slug: settings.slug!,
    name: settings.name!,
    description: settings.description,
    format: model.format,
    input,
    resources: compileResources(model),
    variables: new Map([...model.variables].map(([name, value]) => [name, compileVariable(value)])),
    tools: compileTools(model),
    ...compileUses(model.sections),
    references,
    agent: main && compileScope(main, { isAgent: true, trigger: undefined }, context),
    triggers: compileTriggers(context),
    steps: compileHandler(readMap(model.sections, 'steps'), undefined, context),
    output: readText(model.sections, 'output'),
    inputSchema: workerInputSchema(input),
  };
}

function compileInputs(values: ReadonlyMap<string, DeclaredValue>, model: AgentModel): Map<string, InputDeclaration> {
  const inputs = new Map<string, InputDeclaration>();
  for (const [name, value] of values) {
    const description = readText(model.declarations.get(value), 'description');
    const { type, isOptional } = value;
    inputs.set(name, { name, type: type!, description, isOptional, default: value.default, enum: value.enum });
  }
  return inputs;
}

function compileVariable(value: DeclaredValue): VariableDeclaration {
  return { name: value.name, type: value.type!, default: value.default };
}

function compileResources({ resources, declarations }: AgentModel): Map<string, ResourceDeclaration> {
  const compiled = new Map<string, ResourceDeclaration>();
  for (const [name, value] of resources) {
    const isReadonly = readFlag(declarations.get(value), 'readonly') ?? false;
    compiled.set(name, { ...compileVariable(value), isReadonly });
  }
  return compiled;
}

function compileTriggers(context: CompileContext): AgentDefinition['triggers'] {
  const { model } = context;
  const handlers = readMap(model.sections, 'handlers');
  const triggers = new Map<string, AgentDefinition['triggers'] extends ReadonlyMap<string, infer T> ? T : never>();
  for (const [name, { node, input }] of model.triggers) {
    triggers.set(name, {
      name,
      description: readText(node, 'description'),
      input: compileInputs(input, model),
      blocks: compileHandler(readMap(handlers, name), name, context),
    });
  }
  return triggers;
}
