import type { CompiledType } from '../definition/types.ts';
import { isVariableName } from '../names.ts';
import { valuePlace, type YamlNode } from '../parse/node.ts';
import { typeText } from '../types/text.ts';
import type { LookupPlace } from './context.ts';
import { isLost } from './lookup.ts';

/** Checks the `output` of a block: a variable that can hold the result (50, 113 to 116). */
export function checkOutput(name: string, node: YamlNode, place: LookupPlace): void {
  const { agent, report, site } = place;
  const at = valuePlace(node);
  const own = site?.trigger === undefined ? undefined : agent.triggers.get(site.trigger)?.input;
  const variable = agent.variables.get(name);
  if (!isVariableName(name)) report('PROTO_NAME_VARIABLE', at, { name });
  else if (own?.has(name)) report('PROTO_OUTPUT_READONLY', at, { n: name });
  else if (variable) {
    agent.usage.written.add(name);
    checkOutputType(name, variable.type, node, place);
  } else if (agent.input.has(name)) report('PROTO_OUTPUT_READONLY', at, { n: name });
  else if (agent.resources.has(name)) report('PROTO_OUTPUT_RESOURCE', at, { n: name });
  else if (!isLost(agent, 'variables', 'input', 'resources')) {
    report('PROTO_OUTPUT_UNDECLARED', at, { n: name }, { wrong: name, allowed: agent.variables.keys() });
  }
}

function checkOutputType(name: string, declared: CompiledType | undefined, node: YamlNode, place: LookupPlace): void {
  const { agent, report, site, values: scope } = place;
  const produced = site?.spec.outputType?.(site.node, { agent, site, scope, report });
  if (!produced || !declared || fitsType(produced, declared)) return;
  report('PROTO_OUTPUT_TYPE', valuePlace(node), { a: typeText(produced), n: name, b: typeText(declared) });
}

/** Static fit of two types: `unknown` goes with everything, integer with number, else the same type. */
export function fitsType(produced: CompiledType, expected: CompiledType): boolean {
  if (produced.kind === 'unknown' || expected.kind === 'unknown') return true;
  if (produced.kind === 'integer' && expected.kind === 'number') return true;
  if (produced.kind !== expected.kind) return false;
  if (produced.kind === 'array' && expected.kind === 'array') return fitsType(produced.items, expected.items);
  if ('name' in produced && 'name' in expected) return produced.name === expected.name;
  return true;
}
