import type { Place } from '../diagnostics/report.ts';
import { isVariableName } from '../names.ts';
import { entryOf, type MapNode, stringOf } from '../parse/node.ts';
import { readMap } from '../parse/read.ts';
import type { AgentModel } from './context.ts';
import { mappingEntries } from './mapping.ts';
import type { NameScope, PromptUseSite } from './seam.ts';

/** Every place that renders an existing prompt, in document order; places whose mapping is malformed are left out. */
export function promptUses(agent: AgentModel): PromptUseSite[] {
  const main = readMap(agent.sections, 'agent');
  const uses = main ? usesOf(main, agent.scopes.agent.values, agent) : [];
  for (const { node, trigger } of agent.blocks) uses.push(...usesOf(node, agent.scopes.blocks(trigger).values, agent));
  return uses;
}

function usesOf(map: MapNode, scope: NameScope, { prompts, unsound }: AgentModel): PromptUseSite[] {
  const uses: PromptUseSite[] = [];
  for (const key of ['system', 'prompt']) {
    const node = entryOf(map, key);
    const prompt = stringOf(node);
    // `prompt` of the media blocks is the name of a value.
    const isTemplate = key === 'system' || stringOf(entryOf(map, 'block')) === 'add-message';
    if (!node || prompt === undefined || !isTemplate || !prompts.has(prompt)) continue;
    if (unsound.has(`${map.path}.input`)) continue;
    uses.push({ use: node.path, prompt, labels: promptLabels(map), scope });
  }
  return uses;
}

/** The valid labels of the `input` mapping beside a prompt. */
export function promptLabels(map: MapNode): Map<string, { source: string; place: Place }> {
  const labels = new Map<string, { source: string; place: Place }>();
  for (const { label, source, place } of mappingEntries(entryOf(map, 'input'))) {
    const name = stringOf(source);
    if (name === undefined || !isVariableName(name) || labels.has(label)) continue;
    labels.set(label, { source: name, place });
  }
  return labels;
}
