import { type MapNode, stringOf, valuePlace, type YamlNode } from '../parse/node.ts';
import { readMap } from '../parse/read.ts';
import type { Fields, ReferenceTarget, Shape } from '../shape/shape.ts';
import type { AgentModel, LookupPlace } from './context.ts';
import { isLost } from './lookup.ts';
import { checkMapping, checkSource } from './mapping.ts';
import { checkOutput } from './outputs.ts';
import { checkSetting } from './settings.ts';
import { checkValue } from './values.ts';

/** Checks every name below the fields of a mapping and remembers what is used (93 to 107, 113 to 116, 125 to 131). */
export function checkReferences(map: MapNode, fields: Fields, place: LookupPlace): void {
  for (const [key, node] of map.entries) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field) checkShapeReferences(node, field.shape, place);
  }
}

function checkShapeReferences(node: YamlNode, shape: Shape, place: LookupPlace): void {
  switch (shape.kind) {
    case 'text':
      if (shape.refers) checkTarget(node, shape.refers, place);
      break;
    case 'setting':
      checkSetting(node, shape.key, place);
      break;
    case 'value':
      checkValue(node, place);
      break;
    case 'input-mapping':
      checkMapping(node, place);
      break;
    case 'list':
      for (const item of node.kind === 'list' ? node.items : [node]) checkShapeReferences(item, shape.of, place);
      break;
    case 'record':
      if (node.kind === 'map') for (const entry of node.entries.values()) checkShapeReferences(entry, shape.of, place);
      break;
    case 'fixed':
      if (node.kind === 'map') checkReferences(node, shape.fields, place);
      break;
    default:
  }
}

function checkTarget(node: YamlNode, target: ReferenceTarget, place: LookupPlace): void {
  const name = stringOf(node);
  if (name !== undefined) targetChecks[target]?.(name, node, place);
}

type TargetCheck = (name: string, node: YamlNode, place: LookupPlace) => void;

/** Resources, response types and threads have their own rules, next to the blocks that name them. */
const targetChecks: { readonly [Target in ReferenceTarget]?: TargetCheck } = {
  value: (_name, node, place) => void checkSource(node, place),
  output: checkOutput,
  prompt: checkPromptName,
  tool: checkTool,
  callable: checkCallable,
  'mcp-server': checkMcpServer,

  skill: (name, node, { agent, report }) => {
    if (isLost(agent, 'skills')) return;
    const skills = sectionNames(agent, 'skills');
    if (skills.has(name)) agent.usage.skills.add(name);
    else report('PROTO_SKILL_UNDEFINED', valuePlace(node), { s: name }, { wrong: name, allowed: skills.keys() });
  },

  'on-demand-source': (name, node, { agent, report }) => {
    if (isLost(agent, 'onDemandMcpServers')) return;
    const sources = sectionNames(agent, 'onDemandMcpServers');
    if (sources.has(name)) agent.usage.onDemandSources.add(name);
    else report('PROTO_ONDEMAND_UNDEFINED', valuePlace(node), { s: name }, { wrong: name, allowed: sources.keys() });
  },

  worker: (name, node, { agent, report }) => {
    if (isLost(agent, 'workers')) return;
    const workers = sectionNames(agent, 'workers');
    if (workers.has(name)) agent.usage.workers.add(name);
    else report('PROTO_WORKER_UNDEFINED', valuePlace(node), { w: name }, { wrong: name, allowed: workers.keys() });
  },

  reference: (name, node, { agent, report }) => {
    if (agent.references.has(name)) {
      agent.usage.references.add(name);
      return;
    }
    const bare = name.endsWith('.md') ? name.slice(0, -3) : undefined;
    const isSuffix = bare !== undefined && agent.references.has(bare);
    const help = isSuffix
      ? { hint: `Leave out ".md": "${bare}".` }
      : { wrong: bare ?? name, allowed: agent.references };
    report('PROTO_REFERENCE_UNDEFINED', valuePlace(node), { r: name }, help);
  },
};

function checkPromptName(name: string, node: YamlNode, { agent, report }: LookupPlace): void {
  if (agent.prompts.has(name)) return;
  const bare = name.endsWith('.md') ? name.slice(0, -3) : undefined;
  if (bare !== undefined && agent.prompts.has(bare)) report('PROTO_PROMPT_SUFFIX', valuePlace(node), { p: bare });
  else report('PROTO_PROMPT_UNDEFINED', valuePlace(node), { p: name }, { wrong: bare ?? name, allowed: agent.prompts });
}

function checkTool(name: string, node: YamlNode, { agent, report }: LookupPlace): void {
  if (agent.tools.has(name)) agent.usage.tools.add(name);
  else if (!isLost(agent, 'tools'))
    report('PROTO_TOOL_UNDEFINED', valuePlace(node), { t: name }, { wrong: name, allowed: agent.tools.keys() });
}

/** A declared tool, or `namespace__tool` of a declared MCP server. */
function checkCallable(name: string, node: YamlNode, place: LookupPlace): void {
  const separator = name.indexOf('__');
  if (separator < 0 || place.agent.tools.has(name)) checkTool(name, node, place);
  else checkMcpServer(name.slice(0, separator), node, place);
}

function checkMcpServer(name: string, node: YamlNode, { agent, report }: LookupPlace): void {
  if (isLost(agent, 'mcpServers')) return;
  const servers = sectionNames(agent, 'mcpServers');
  if (servers.has(name)) agent.usage.mcpServers.add(name);
  else report('PROTO_MCP_UNDEFINED', valuePlace(node), { m: name }, { wrong: name, allowed: servers.keys() });
}

function sectionNames(agent: AgentModel, section: string): ReadonlyMap<string, YamlNode> {
  return readMap(agent.sections, section)?.entries ?? new Map();
}
