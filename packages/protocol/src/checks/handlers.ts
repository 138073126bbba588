import type { Place, Report } from '../diagnostics/report.ts';
import { keyPlace, type MapNode, valuePlace } from '../parse/node.ts';
import { mapEntries, readMap } from '../parse/read.ts';
import type { AgentModel } from './context.ts';
import { isLost } from './lookup.ts';

/** Triggers and handlers come in pairs, and something happens in them (119, 120, 153 to 155). */
export function checkHandlers(agent: AgentModel, report: Report): void {
  if (agent.format === 'worker') checkSteps(agent, report);
  else if (!isLost(agent, 'triggers', 'handlers')) checkPairs(agent, report);
}

function checkPairs(agent: AgentModel, report: Report): void {
  const handlers = new Map(mapEntries(readMap(agent.sections, 'handlers')));
  for (const [name, { node }] of agent.triggers) {
    if (handlers.has(name)) continue;
    report('PROTO_TRIGGER_NO_HANDLER', keyPlace(node), { t: name }, { wrong: name, allowed: orphans(handlers, agent) });
  }
  for (const [name, handler] of handlers) checkHandler(name, handler, agent, report);
  const section = agent.sections.entries.get('triggers');
  const place: Place = section ? valuePlace(section) : { file: 'protocol', path: 'triggers' };
  if (agent.triggers.size === 0) report('PROTO_NO_TRIGGERS', place, {});
}

function checkHandler(name: string, handler: MapNode, agent: AgentModel, report: Report): void {
  if (!agent.triggers.has(name)) {
    const help = { wrong: name, allowed: agent.triggers.keys() };
    report('PROTO_HANDLER_NO_TRIGGER', keyPlace(handler), { t: name }, help);
  } else if (handler.entries.size === 0 && !agent.unsound.has(handler.path)) {
    report('PROTO_HANDLER_EMPTY', valuePlace(handler), { t: name });
  }
}

function* orphans(handlers: ReadonlyMap<string, MapNode>, agent: AgentModel): Iterable<string> {
  for (const name of handlers.keys()) if (!agent.triggers.has(name)) yield name;
}

function checkSteps({ sections, unsound }: AgentModel, report: Report): void {
  const steps = readMap(sections, 'steps');
  if (steps && steps.entries.size === 0 && !unsound.has('steps')) report('PROTO_STEPS_EMPTY', valuePlace(steps), {});
}
