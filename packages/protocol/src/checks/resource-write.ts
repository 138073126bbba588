import { entryOf, type MapNode, stringOf, valuePlace } from '../parse/node.ts';
import { readFlag } from '../parse/read.ts';
import type { BlockChecks } from './context.ts';
import { isLost } from './lookup.ts';

/** The target of a `set-resource` (108, 109). */
export function checkResourceWrite(block: MapNode, { agent, report }: BlockChecks): void {
  const node = entryOf(block, 'resource');
  const name = stringOf(node);
  if (!node || name === undefined) return;
  const resource = agent.resources.get(name);
  if (!resource) {
    if (isLost(agent, 'resources')) return;
    const help = { wrong: name, allowed: agent.resources.keys() };
    report('PROTO_RESOURCE_UNDEFINED', valuePlace(node), { r: name }, help);
    return;
  }
  agent.usage.written.add(name);
  const isReadonly = readFlag(agent.declarations.get(resource), 'readonly') ?? false;
  if (isReadonly) report('PROTO_RESOURCE_READONLY', valuePlace(node), { r: name });
}
