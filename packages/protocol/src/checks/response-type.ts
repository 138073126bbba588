import type { CompiledType } from '../definition/types.ts';
import { entryOf, type MapNode, stringOf, valuePlace } from '../parse/node.ts';
import { builtInTypes, isBuiltInType } from '../types/draft.ts';
import { containsKind } from '../types/text.ts';
import type { BlockChecks } from './context.ts';
import type { TypeTable } from './seam.ts';

/** The object type of a `responseType`, `undefined` when the name is not one. */
export function responseTypeOf(name: string, types: TypeTable): (CompiledType & { kind: 'object' }) | undefined {
  const type = types.find(name);
  return type?.kind === 'object' ? type : undefined;
}

/** `responseType` names an object type without files (157 to 161). */
export function checkResponseType(block: MapNode, { agent, report }: BlockChecks): void {
  const node = entryOf(block, 'responseType');
  const name = stringOf(node);
  if (!node || name === undefined) return;
  const at = valuePlace(node);
  if (isBuiltInType(name)) return report('PROTO_RESPONSE_TYPE_PRIMITIVE', at, { t: name });
  if (name.endsWith('[]')) return report('PROTO_RESPONSE_TYPE_ARRAY', at, {});
  if (!agent.types.names.has(name)) {
    const allowed = [...agent.types.names, ...builtInTypes];
    return report('PROTO_RESPONSE_TYPE_UNDEFINED', at, { t: name }, { wrong: name, allowed });
  }
  agent.types.use(name);
  const type = agent.types.find(name);
  if (type?.kind === 'array') report('PROTO_RESPONSE_TYPE_ARRAY', at, {});
  if (type?.kind === 'union') report('PROTO_RESPONSE_TYPE_UNION', at, {});
  if (type?.kind === 'object' && containsKind(type, 'file')) report('PROTO_RESPONSE_TYPE_FILE', at, { t: name });
}
