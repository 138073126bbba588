import type { Place } from '../diagnostics/report.ts';
import type { AgentModel, LookupPlace } from './context.ts';

/** Reports a name that no value in scope has (93, 95). */
export function reportUndefined(name: string, at: Place, place: LookupPlace): void {
  if (isLost(place.agent, 'input', 'resources', 'variables', 'triggers') || reportOtherTrigger(name, at, place)) return;
  place.report('PROTO_REF_UNDEFINED', at, { n: name }, { wrong: name, allowed: place.values.names() });
}

/** The name exists, but only as input of a trigger that does not reach this place (95). */
export function reportOtherTrigger(name: string, at: Place, place: LookupPlace): boolean {
  const trigger = place.agent.scopes.triggerWith(name);
  if (trigger === undefined) return false;
  place.report('PROTO_REF_TRIGGER_INPUT', at, { n: name, t: trigger, place: place.description });
  return true;
}

/** A section was written, but is no mapping: its names are not known, so nothing is said about them. */
export function isLost(agent: AgentModel, ...sections: readonly string[]): boolean {
  return sections.some((name) => agent.unsound.has(name) && !agent.sections.entries.has(name));
}
