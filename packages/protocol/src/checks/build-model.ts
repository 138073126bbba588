import { blockSpecOf } from '../blocks/index.ts';
import type { Report } from '../diagnostics/report.ts';
import { isVariableName } from '../names.ts';
import { keyPlace, type MapNode } from '../parse/node.ts';
import { mapEntries, readMap, readText } from '../parse/read.ts';
import type { AgentFormat } from '../shape/shape.ts';
import { checkTypes } from '../types/check.ts';
import { checkDeclaration } from '../types/check-declaration.ts';
import type { AgentModel, BlockSite, ParameterModel, ToolModel, TriggerModel, Usage } from './context.ts';
import { createScopes } from './scope-names.ts';
import type { DeclaredValue, TypeTable } from './seam.ts';

export interface ModelFacts {
  readonly slug: string | undefined;
  readonly format: AgentFormat;
  readonly sections: MapNode;
  readonly unsound: ReadonlySet<string>;
  readonly prompts: ReadonlySet<string>;
  readonly references: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
}

/** Collects what the sections declare, checking types and declarations on the way (61, 62, 64 to 92). */
export function buildModel(facts: ModelFacts, report: Report): AgentModel {
  const { sections } = facts;
  const types = checkTypes(readMap(sections, 'types'), report, facts.unsound);
  const declarations = new Map<DeclaredValue, MapNode>();
  const isLost = facts.unsound.has('types') && !sections.entries.has('types');
  const reportUse = isLost ? withoutTypeNames(report) : report;
  const declare = (section: DeclaredValue['section'], map: MapNode | undefined) =>
    declareValues(section, map, { types, declarations, report: reportUse });

  const input = declare('input', readMap(sections, 'input'));
  const resources = declare('resources', readMap(sections, 'resources'));
  const variables = declare('variables', readMap(sections, 'variables'));
  const triggers = new Map<string, TriggerModel>();
  for (const [name, node] of mapEntries(readMap(sections, 'triggers'))) {
    triggers.set(name, { node, input: declare('trigger', readMap(node, 'input')) });
  }
  const tools = declareTools(readMap(sections, 'tools'), types, reportUse);
  const blocks = listBlocks(sections, triggers);
  const declared = { input, resources, variables, triggers };
  const outputs = listOutputs(blocks, declared);
  const usage = createUsage();
  const model = { ...facts, ...declared, outputs, declarations, types, tools, blocks, usage };
  return { ...model, scopes: createScopes(model) };
}

/** When the section of types cannot be read, any name may be declared in it. */
function withoutTypeNames(report: Report): Report {
  return (code, place, params, help) => {
    if (code !== 'PROTO_TYPE_UNDEFINED') report(code, place, params, help);
  };
}

interface DeclareContext {
  readonly types: TypeTable;
  readonly declarations: Map<DeclaredValue, MapNode>;
  readonly report: Report;
}

function declareValues(
  section: DeclaredValue['section'],
  map: MapNode | undefined,
  { types, declarations, report }: DeclareContext,
): Map<string, DeclaredValue> {
  const kind = section === 'resources' ? 'resource' : section === 'variables' ? 'variable' : 'input';
  const values = new Map<string, DeclaredValue>();
  for (const [name, node] of mapEntries(map)) {
    const value: DeclaredValue = { name, section, ...checkDeclaration(node, { name, kind, types }, report) };
    values.set(name, value);
    declarations.set(value, node);
  }
  return values;
}

function declareTools(map: MapNode | undefined, types: TypeTable, report: Report): Map<string, ToolModel> {
  const tools = new Map<string, ToolModel>();
  for (const [name, node] of mapEntries(map)) {
    const parameters = new Map<string, ParameterModel>();
    for (const [parameter, declaration] of mapEntries(readMap(node, 'parameters'))) {
      const context = { name: parameter, kind: 'parameter', types } as const;
      parameters.set(parameter, { node: declaration, ...checkDeclaration(declaration, context, report) });
    }
    tools.set(name, { node, parameters });
  }
  return tools;
}

function listBlocks(sections: MapNode, triggers: ReadonlyMap<string, TriggerModel>): BlockSite[] {
  const sites = sitesOf(readMap(sections, 'steps'), undefined);
  for (const [trigger, handler] of mapEntries(readMap(sections, 'handlers'))) {
    if (triggers.has(trigger)) sites.push(...sitesOf(handler, trigger));
  }
  return sites;
}

function sitesOf(handler: MapNode | undefined, trigger: string | undefined): BlockSite[] {
  const sites: BlockSite[] = [];
  let index = 0;
  for (const [name, node] of mapEntries(handler)) {
    const spec = blockSpecOf(readText(node, 'block') ?? '');
    if (spec) sites.push({ name, index, trigger, spec, node });
    index++;
  }
  return sites;
}

function listOutputs(
  blocks: readonly BlockSite[],
  declared: Pick<AgentModel, 'input' | 'resources' | 'variables' | 'triggers'>,
): Map<string, DeclaredValue> {
  const outputs = new Map<string, DeclaredValue>();
  for (const { node, trigger } of blocks) {
    const name = readText(node, 'output');
    if (name === undefined || !isVariableName(name)) continue;
    const hidden = trigger === undefined ? undefined : declared.triggers.get(trigger)?.input;
    if ([declared.variables, declared.input, declared.resources, hidden].some((names) => names?.has(name))) continue;
    const value = { type: { kind: 'unknown' }, enum: undefined, isOptional: false, default: undefined } as const;
    outputs.set(name, { name, section: 'output', ...value });
  }
  return outputs;
}

function createUsage(): Usage {
  return {
    read: new Set(),
    written: new Set(),
    tools: new Set(),
    skills: new Set(),
    mcpServers: new Set(),
    onDemandSources: new Set(),
    workers: new Set(),
    references: new Set(),
    threads: new Set(),
    onDemandSkills: false,
  };
}

/** One name, one section (61); a trigger input may hide another name (62). */
export function checkCollisions(model: AgentModel, report: Report): void {
  const sections = [model.input, model.resources, model.variables];
  const titles = ['input', 'resources', 'variables'];
  const findSection = (name: string, before: number) => sections.slice(0, before).findIndex((names) => names.has(name));
  for (const [index, values] of sections.entries()) {
    for (const [name, value] of values) {
      const earlier = findSection(name, index);
      const node = model.declarations.get(value);
      if (earlier >= 0 && node) report('PROTO_NAME_COLLISION', keyPlace(node), { n: name, section: titles[earlier]! });
    }
  }
  for (const { input } of model.triggers.values()) {
    for (const [name, value] of input) {
      const hidden = findSection(name, sections.length);
      const node = model.declarations.get(value);
      if (hidden >= 0 && node) report('PROTO_NAME_SHADOWED', keyPlace(node), { n: name, section: titles[hidden]! });
    }
  }
}
