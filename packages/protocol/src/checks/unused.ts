import type { Report } from '../diagnostics/report.ts';
import { keyPlace, type MapNode } from '../parse/node.ts';
import { mapEntries, readMap, readText } from '../parse/read.ts';
import type { AgentModel } from './context.ts';
import type { DeclaredValue } from './seam.ts';
import { startedThread } from './threads.ts';

/** Declarations that nothing refers to (196 to 207). Only meaningful when there is no error. */
export function checkUnused(agent: AgentModel, report: Report): void {
  checkValues(agent, report);
  checkVariables(agent, report);
  checkNamedSections(agent, report);
  checkOnDemand(agent, report);
  checkThreadUses(agent, report);
}

function nodeOf(value: DeclaredValue, agent: AgentModel): MapNode {
  return agent.declarations.get(value)!;
}

function checkValues(agent: AgentModel, report: Report): void {
  const { read, written } = agent.usage;
  for (const [name, value] of agent.input) {
    if (!read.has(value)) report('PROTO_UNUSED_INPUT', keyPlace(nodeOf(value, agent)), { n: name });
  }
  for (const [trigger, { input }] of agent.triggers) {
    for (const [name, value] of input) {
      if (read.has(value)) continue;
      report('PROTO_UNUSED_TRIGGER_INPUT', keyPlace(nodeOf(value, agent)), { n: name, t: trigger });
    }
  }
  for (const [name, value] of agent.resources) {
    if (read.has(value) || written.has(name)) continue;
    report('PROTO_UNUSED_RESOURCE', keyPlace(nodeOf(value, agent)), { n: name });
  }
}

function checkVariables(agent: AgentModel, report: Report): void {
  const { read, written } = agent.usage;
  const result = readText(agent.sections, 'output');
  for (const [name, value] of agent.variables) {
    const place = keyPlace(nodeOf(value, agent));
    if (read.has(value)) {
      if (!written.has(name) && value.default === undefined) report('PROTO_VARIABLE_NEVER_SET', place, { n: name });
    } else if (!written.has(name) && name !== result) report('PROTO_UNUSED_VARIABLE', place, { n: name });
  }
}

function checkNamedSections({ sections, types, usage }: AgentModel, report: Report): void {
  const typeNodes = readMap(sections, 'types')?.entries;
  for (const name of types.unused()) {
    const node = typeNodes?.get(name);
    if (node) report('PROTO_UNUSED_TYPE', keyPlace(node), { n: name });
  }
  const kinds = [
    ['tools', usage.tools, 'PROTO_UNUSED_TOOL'],
    ['skills', usage.skills, 'PROTO_UNUSED_SKILL'],
    ['mcpServers', usage.mcpServers, 'PROTO_UNUSED_MCP'],
    ['workers', usage.workers, 'PROTO_UNUSED_WORKER'],
  ] as const;
  for (const [section, used, code] of kinds) {
    for (const [name, node] of mapEntries(readMap(sections, section))) {
      if (!used.has(name)) report(code, keyPlace(node), { n: name });
    }
  }
}

function checkOnDemand({ sections, format, usage }: AgentModel, report: Report): void {
  for (const [source, node] of mapEntries(readMap(sections, 'onDemandMcpServers'))) {
    if (!usage.onDemandSources.has(source)) report('PROTO_UNUSED_ONDEMAND', keyPlace(node), { s: source });
  }
  const skills = readMap(sections, 'onDemandSkills');
  if (skills && format === 'worker' && !usage.onDemandSkills) {
    report('PROTO_UNUSED_ONDEMAND', keyPlace(skills), { s: 'onDemandSkills' });
  }
}

function checkThreadUses(agent: AgentModel, report: Report): void {
  for (const site of agent.blocks) {
    const thread = startedThread(site);
    if (thread === undefined || agent.usage.threads.has(thread)) continue;
    report('PROTO_UNUSED_THREAD', keyPlace(site.node), { t: thread });
  }
}
