import type { Report } from '../diagnostics/report.ts';
import { limits } from '../parse/limits.ts';
import { entryOf, type MapNode, stringOf, valuePlace } from '../parse/node.ts';
import { itemsOf, mapEntries, readFlag, readMap, readNames, readNumber, readText } from '../parse/read.ts';
import type { AgentModel } from './context.ts';

/** What a scope offers to its model: tools, workers, skills, cycles (47, 63, 105, 135, 138 to 140, 142). */
export function checkScopeTools(scope: MapNode, isAgent: boolean, agent: AgentModel, report: Report): void {
  checkToolNames(scope, report);
  checkCycles(scope, isAgent, report);
  checkOnDemandSkills(scope, agent, report);
  checkSandbox(scope, isAgent, agent, report);
  checkProviderSkills(scope, report);
  const voice = entryOf(scope, 'speechVoice');
  const hasModel = scope.entries.has('speechModel') || agent.unsound.has(`${scope.path}.speechModel`);
  if (voice && !hasModel) report('PROTO_VOICE_WITHOUT_MODEL', valuePlace(voice), {});
}

function checkToolNames(scope: MapNode, report: Report): void {
  const tools = new Set(readNames(scope, 'tools'));
  const workers = itemsOf(entryOf(scope, 'workers'));
  for (const worker of workers) {
    const name = stringOf(worker) ?? '';
    if (tools.has(name)) report('PROTO_NAME_TOOL_WORKER', valuePlace(worker), { n: name });
  }
  const count = tools.size + workers.length;
  const list = entryOf(scope, 'tools') ?? entryOf(scope, 'workers');
  if (list && count > limits.toolsPerScope) {
    report('PROTO_TOO_MANY', valuePlace(list), { count, max: limits.toolsPerScope });
  }
}

/** Features that take more than one cycle of tool calls, in the order in which the first is named (139). */
const manyCycleKeys = ['skills', 'mcpServers', 'onDemandMcpServers', 'references', 'workers', 'todoList'];

function checkCycles(scope: MapNode, isAgent: boolean, report: Report): void {
  const agentic = readFlag(scope, 'agentic');
  const maxSteps = entryOf(scope, 'maxSteps');
  const steps = readNumber(scope, 'maxSteps');
  if (agentic === false && maxSteps && steps !== 1) report('PROTO_MAX_STEPS_IGNORED', valuePlace(maxSteps), {});
  const hasOneCycle = agentic === false || (maxSteps ? steps === 1 : agentic !== true);
  if (!hasOneCycle) return;
  for (const key of manyCycleKeys) {
    const node = entryOf(scope, key);
    const isUsed = node?.kind === 'list' ? node.items.length > 0 : node?.kind === 'scalar' && node.value === true;
    if (!node || !isUsed) continue;
    const setting = isAgent ? 'agentic: true' : 'maxSteps';
    report('PROTO_NEEDS_AGENTIC', valuePlace(node), { key, setting });
    return;
  }
}

function checkOnDemandSkills(scope: MapNode, agent: AgentModel, report: Report): void {
  const node = entryOf(scope, 'onDemandSkills');
  if (!node || readFlag(scope, 'onDemandSkills') !== true) return;
  agent.usage.onDemandSkills = true;
  const isDeclared = agent.sections.entries.has('onDemandSkills') || agent.unsound.has('onDemandSkills');
  if (!isDeclared) report('PROTO_ONDEMAND_UNDEFINED', valuePlace(node), { s: 'onDemandSkills' });
}

function checkSandbox(scope: MapNode, isAgent: boolean, agent: AgentModel, report: Report): void {
  const timeout = entryOf(scope, 'sandboxTimeout');
  if (!timeout) return;
  const threads = isAgent ? agent.blocks.filter(({ spec }) => spec.kind === 'start-thread') : [];
  if (hasSkills(scope, isAgent, agent) || threads.some(({ node }) => hasSkills(node, false, agent))) return;
  report('PROTO_SANDBOX_UNUSED', valuePlace(timeout), {});
}

function hasSkills(scope: MapNode, isAgent: boolean, agent: AgentModel): boolean {
  if (itemsOf(entryOf(scope, 'skills')).length > 0 || agent.unsound.has(`${scope.path}.skills`)) return true;
  return readFlag(scope, 'onDemandSkills') ?? (isAgent && agent.sections.entries.has('onDemandSkills'));
}

/** Built-in skills of Anthropic. Source: protocol-language.md 2.9.4. */
const anthropicSkills = ['pdf', 'xlsx', 'docx', 'pptx'];

function checkProviderSkills(scope: MapNode, report: Report): void {
  for (const [id, skill] of mapEntries(readMap(readMap(scope, 'anthropic'), 'skills'))) {
    if (readText(skill, 'type') !== 'anthropic' || anthropicSkills.includes(id)) continue;
    report(
      'PROTO_PROVIDER_SKILL',
      { ...valuePlace(skill), offset: skill.keyOffset },
      { s: id },
      { wrong: id, allowed: anthropicSkills },
    );
  }
}
