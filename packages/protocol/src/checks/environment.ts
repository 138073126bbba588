import type { Report } from '../diagnostics/report.ts';
import type { Environment, KnownAgent } from '../environment.ts';
import { entryOf, keyPlace, type MapNode, missingPlace, valuePlace } from '../parse/node.ts';
import { mapEntries, readMap, readText } from '../parse/read.ts';
import type { AgentModel } from './context.ts';

/** Compares the agent with what the project has (210 to 216). */
export function checkEnvironment(agent: AgentModel, environment: Environment, report: Report): void {
  const { agents, skills, mcpServers } = environment;
  if (agents) checkWorkers(agent, agents, report);
  for (const [name, node] of mapEntries(readMap(agent.sections, 'skills'))) {
    if (skills && !skills.has(name)) {
      report('PROTO_SKILL_NOT_INSTALLED', keyPlace(node), { s: name }, { wrong: name, allowed: skills });
    }
  }
  for (const [name, node] of mapEntries(readMap(agent.sections, 'mcpServers'))) {
    if (mcpServers && readText(node, 'source') === 'remote' && !mcpServers.has(name)) {
      report('PROTO_MCP_NOT_CONFIGURED', keyPlace(node), { m: name }, { wrong: name, allowed: mcpServers });
    }
  }
}

function checkWorkers(agent: AgentModel, agents: ReadonlyMap<string, KnownAgent>, report: Report): void {
  const workers = readMap(agent.sections, 'workers');
  for (const [name, node] of mapEntries(workers)) {
    const known = agents.get(name);
    // An agent that names itself is reported as that.
    if (name === agent.slug) continue;
    if (!known) {
      const slugs = [...agents].filter(([, { format }]) => format === 'worker').map(([slug]) => slug);
      report('PROTO_WORKER_NOT_FOUND', keyPlace(node), { w: name }, { wrong: name, allowed: slugs });
    } else if (known.format !== 'worker') report('PROTO_WORKER_NOT_A_WORKER', keyPlace(node), { w: name });
  }
  for (const { spec, node } of agent.blocks) {
    const name = spec.kind === 'run-worker' ? readText(node, 'worker') : undefined;
    if (name !== undefined && workers?.entries.has(name)) checkRun(node, name, agents.get(name), agent, report);
  }
  checkSummarizer(agent, agents, report);
}

function checkRun(
  block: MapNode,
  worker: string,
  known: KnownAgent | undefined,
  agent: AgentModel,
  report: Report,
): void {
  if (known?.format !== 'worker' || !known.input || agent.unsound.has(`${block.path}.input`)) return;
  const input = readMap(block, 'input');
  for (const [name, node] of input?.entries ?? []) {
    if (known.input.has(name)) continue;
    const help = { wrong: name, allowed: known.input.keys() };
    report('PROTO_WORKER_INPUT_UNKNOWN', keyPlace(node), { w: worker, k: name }, help);
  }
  for (const [name, { isOptional }] of known.input) {
    if (isOptional || input?.entries.has(name)) continue;
    const place = missingPlace(input ?? { ...block, path: `${block.path}.input` }, name);
    report('PROTO_WORKER_INPUT_MISSING', place, { w: worker, k: name });
  }
}

/** The runtime gives the summarizer exactly these two inputs (2.9.3). */
const summarizerInputs = ['PREVIOUS_SUMMARY', 'CONVERSATION'];

function checkSummarizer(agent: AgentModel, agents: ReadonlyMap<string, KnownAgent>, report: Report): void {
  const node = entryOf(readMap(readMap(agent.sections, 'agent'), 'contextManagement'), 'summarizerWorker');
  const name = node?.kind === 'scalar' ? node.text : '';
  const known = agents.get(name);
  if (!node || known?.format !== 'worker' || !known.input) return;
  const takesBoth = summarizerInputs.every((input) => known.input?.has(input));
  const needsOthers = [...known.input].some(
    ([input, { isOptional }]) => !isOptional && !summarizerInputs.includes(input),
  );
  if (!takesBoth || needsOthers) report('PROTO_SUMMARIZER_INPUTS', valuePlace(node), { w: name });
}
