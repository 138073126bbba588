import type { Report } from '../diagnostics/report.ts';
import type { MapNode } from '../parse/node.ts';
import { readMap } from '../parse/read.ts';
import { agentShape } from '../shape/generation.ts';
import { checkCollisions } from './build-model.ts';
import type { AgentModel, LookupPlace } from './context.ts';
import { checkContextManagement } from './context-management.ts';
import { checkDeclaredUses } from './declared-uses.ts';
import { checkDeprecated } from './deprecated.ts';
import { checkHandlers } from './handlers.ts';
import { checkReferences } from './references.ts';
import { checkScopeModels } from './scope-models.ts';
import { checkScopeTools } from './scope-tools.ts';
import { checkThreads } from './threads.ts';

/** Stages 4 and 5: names, references, models and blocks of an agent whose shape is checked. */
export function checkAgent(agent: AgentModel, report: Report): void {
  checkCollisions(agent, report);
  checkHandlers(agent, report);
  checkMainScope(agent, report);
  checkBlocks(agent, report);
  checkThreads(agent, report);
  checkDeclaredUses(agent, report);
  checkDeprecated(agent, report);
}

function checkMainScope(agent: AgentModel, report: Report): void {
  const scope = readMap(agent.sections, 'agent');
  if (!scope) return;
  const place: LookupPlace = { agent, report, ...agent.scopes.agent, description: 'the agent', site: undefined };
  checkReferences(scope, agentShape.fields, place);
  checkScope(scope, true, agent, report);
  checkContextManagement(scope, agent, report);
}

function checkScope(scope: MapNode, isAgent: boolean, agent: AgentModel, report: Report): void {
  checkScopeModels(scope, agent, report);
  checkScopeTools(scope, isAgent, agent, report);
}

function checkBlocks(agent: AgentModel, report: Report): void {
  for (const site of agent.blocks) {
    const { node, spec, trigger } = site;
    const names = agent.scopes.blocks(trigger);
    checkReferences(node, spec.fields, { agent, report, ...names, description: 'this handler', site });
    spec.check?.(node, { agent, site, scope: names.values, report });
    if (spec.kind === 'start-thread') checkScope(node, false, agent, report);
  }
}
