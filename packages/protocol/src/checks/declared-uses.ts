import type { Report } from '../diagnostics/report.ts';
import { isVariableName } from '../names.ts';
import { entryOf, keyPlace, type MapNode, missingPlace, stringOf, valuePlace } from '../parse/node.ts';
import { mapEntries, readMap, readText } from '../parse/read.ts';
import type { AgentModel } from './context.ts';
import { isLost } from './lookup.ts';

/** Rules of the `mcpServers` and `workers` sections and of a worker's `output` (117, 118, 146, 147, 150, 170). */
export function checkDeclaredUses(agent: AgentModel, report: Report): void {
  const { sections } = agent;
  for (const [name, server] of mapEntries(readMap(sections, 'mcpServers'))) checkMcpServer(name, server, agent, report);
  for (const [name, worker] of mapEntries(readMap(sections, 'workers'))) checkWorker(name, worker, agent, report);
  checkWorkerOutput(agent, report);
}

function checkMcpServer(name: string, server: MapNode, agent: AgentModel, report: Report): void {
  const source = readText(server, 'source');
  for (const key of ['connection', 'execution']) {
    const node = entryOf(server, key);
    if (node && source !== undefined && source !== 'remote') {
      report('PROTO_MCP_FIELD_SOURCE', valuePlace(node), { key });
    }
  }
  const isMissing = !server.entries.has('description') && !agent.unsound.has(`${server.path}.description`);
  if (isMissing && server.entries.size > 0) {
    report('PROTO_MCP_DESCRIPTION', missingPlace(server, 'description'), { m: name });
  }
}

function checkWorker(name: string, worker: MapNode, agent: AgentModel, report: Report): void {
  if (name === agent.slug) report('PROTO_WORKER_SELF', keyPlace(worker), {});
  for (const node of readMap(worker, 'tools')?.entries.values() ?? []) {
    const tool = stringOf(node) ?? '';
    if (agent.tools.has(tool)) agent.usage.tools.add(tool);
    else if (!isLost(agent, 'tools')) {
      const help = { wrong: tool, allowed: agent.tools.keys() };
      report('PROTO_WORKER_TOOL_UNDEFINED', valuePlace(node), { t: tool }, help);
    }
  }
}

function checkWorkerOutput(agent: AgentModel, report: Report): void {
  const node = entryOf(agent.sections, 'output');
  const name = stringOf(node);
  if (!node || name === undefined || isLost(agent, 'variables')) return;
  const at = valuePlace(node);
  const variable = agent.variables.get(name);
  if (!isVariableName(name)) {
    report('PROTO_NAME_VARIABLE', at, { name });
    return;
  }
  if (!variable) {
    const help = { wrong: name, allowed: agent.variables.keys() };
    report('PROTO_WORKER_OUTPUT_UNDECLARED', at, { n: name }, help);
    return;
  }
  // A default that does not fit is still the author's answer.
  const hasDefault = entryOf(agent.declarations.get(variable), 'default') !== undefined;
  const isWritten = agent.usage.written.has(name) || isLost(agent, 'steps');
  if (!hasDefault && !isWritten) report('PROTO_WORKER_OUTPUT_UNSET', at, { n: name });
}
