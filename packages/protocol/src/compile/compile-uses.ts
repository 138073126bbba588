import type { AgentModel } from '../checks/context.ts';
import type {
  AgentDefinition,
  McpServerUse,
  ParameterDeclaration,
  Presentation,
  SkillUse,
  ToolDefinition,
  WorkerUse,
} from '../definition/definition.ts';
import type { DisplayMode } from '../definition/settings.ts';
import { type MapNode, stringOf } from '../parse/node.ts';
import { mapEntries, readMap, readNumber, readText } from '../parse/read.ts';
import { parametersSchema, parametersType } from '../types/json-schema.ts';
import { containsKind } from '../types/text.ts';
import { readDisplay } from './compile-parts.ts';

/** The declared tools with their schemas. */
export function compileTools({ tools }: AgentModel): Map<string, ToolDefinition> {
  const compiled = new Map<string, ToolDefinition>();
  for (const [name, { node, parameters: declared }] of tools) {
    const parameters = new Map<string, ParameterDeclaration>();
    for (const [parameter, { node: declaration, type, isOptional }] of declared) {
      const description = readText(declaration, 'description');
      parameters.set(parameter, { name: parameter, type: type!, description, isOptional });
    }
    const inputType = parametersType(parameters);
    compiled.set(name, {
      name,
      ...compilePresentation(node, 'description'),
      description: readText(node, 'description')!,
      parameters,
      inputSchema: parametersSchema(parameters),
      inputType,
      isStrictCapable: !containsKind(inputType, 'unknown'),
    });
  }
  return compiled;
}

type Uses = Pick<AgentDefinition, 'skills' | 'onDemandSkills' | 'mcpServers' | 'onDemandMcpServers' | 'workers'>;

/** Skills, MCP servers and workers that the agent declares. */
export function compileUses(sections: MapNode): Uses {
  const onDemandSkills = readMap(sections, 'onDemandSkills');
  const remote = readMap(readMap(sections, 'onDemandMcpServers'), 'remote');
  return {
    skills: compileEach(readMap(sections, 'skills'), (_name, node) => compileSkill(node)),
    onDemandSkills: onDemandSkills && compileSkill(onDemandSkills),
    mcpServers: compileEach(readMap(sections, 'mcpServers'), compileMcpServer),
    onDemandMcpServers: new Map(remote ? [['remote', compileServer(remote)]] : []),
    workers: compileEach(readMap(sections, 'workers'), compileWorker),
  };
}

function compileEach<T>(map: MapNode | undefined, compile: (name: string, node: MapNode) => T): Map<string, T> {
  return new Map(mapEntries(map).map(([name, node]) => [name, compile(name, node)]));
}

function compilePresentation(node: MapNode, fallback: DisplayMode): Presentation {
  return {
    display: readDisplay(node) ?? fallback,
    title: readText(node, 'title'),
    description: readText(node, 'description'),
  };
}

function compileSkill(node: MapNode): SkillUse {
  return { ...compilePresentation(node, 'description'), execution: readExecution(node) };
}

function readExecution(node: MapNode): 'sandbox' | 'device' {
  return readText(node, 'execution') === 'device' ? 'device' : 'sandbox';
}

function compileServer(node: MapNode) {
  const retention = readMap(readMap(node, 'contextRetention'), 'toolResults');
  return {
    ...compilePresentation(node, 'description'),
    execution: readExecution(node),
    retainLastResults: readNumber(retention, 'retainLast'),
  };
}

function compileMcpServer(namespace: string, node: MapNode): McpServerUse {
  const connection = readText(node, 'connection') === 'eager' ? 'eager' : 'lazy';
  const source = readText(node, 'source') as McpServerUse['source'];
  return { namespace, source, connection, ...compileServer(node) };
}

function compileWorker(slug: string, node: MapNode): WorkerUse {
  const tools = new Map<string, string>();
  for (const [name, tool] of readMap(node, 'tools')?.entries ?? []) tools.set(name, stringOf(tool)!);
  return { slug, ...compilePresentation(node, 'stream'), tools };
}
