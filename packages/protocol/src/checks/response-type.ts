import type { CompiledType } from '../definition/types.ts';
import type { Place, Report } from '../diagnostics/report.ts';
import { entryOf, type MapNode, stringOf, valuePlace } from '../parse/node.ts';
import { builtInTypes, isBuiltInType } from '../types/draft.ts';
import { containsKind } from '../types/text.ts';
import type { BlockChecks } from './context.ts';
import { isLost } from './lookup.ts';
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
  if (isBuiltInType(name)) report('PROTO_RESPONSE_TYPE_PRIMITIVE', at, { t: name });
  else if (name.endsWith('[]')) report('PROTO_RESPONSE_TYPE_ARRAY', at, {});
  else if (agent.types.names.has(name)) checkDeclaredType(name, at, agent.types, report);
  else if (!isLost(agent, 'types')) {
    const allowed = [...agent.types.names, ...builtInTypes];
    report('PROTO_RESPONSE_TYPE_UNDEFINED', at, { t: name }, { wrong: name, allowed });
  }
}

function checkDeclaredType(name: string, at: Place, types: TypeTable, report: Report): void {
  types.use(name);
  const type = types.find(name);
  if (type?.kind === 'array') report('PROTO_RESPONSE_TYPE_ARRAY', at, {});
  if (type?.kind === 'union') report('PROTO_RESPONSE_TYPE_UNION', at, {});
  if (type?.kind === 'object' && containsKind(type, 'file')) report('PROTO_RESPONSE_TYPE_FILE', at, { t: name });
}
