import { entryOf, keyPlace, type MapNode, missingPlace, stringOf, valuePlace, type YamlNode } from '../parse/node.ts';
import { readMap, readText } from '../parse/read.ts';
import { nodeValue } from '../types/node-value.ts';
import { typeText } from '../types/text.ts';
import { validateValue } from '../types/validate.ts';
import type { BlockChecks, ParameterModel } from './context.ts';
import { fitsType } from './outputs.ts';
import { hasReference, literalText, referenceIn } from './values.ts';

/** Arguments of a `tool-call` on a declared tool (121 to 124). */
export function checkToolArguments(block: MapNode, checks: BlockChecks): void {
  const { agent, report } = checks;
  const name = readText(block, 'tool');
  const tool = name === undefined ? undefined : agent.tools.get(name);
  const isUnclear = agent.unsound.has(`${block.path}.input`) || (tool && agent.unsound.has(tool.node.path));
  if (name === undefined || !tool || isUnclear) return;
  const input = readMap(block, 'input');
  for (const [key, node] of input?.entries ?? []) {
    const parameter = tool.parameters.get(key);
    if (parameter) checkArgument(node, parameter, checks);
    else {
      const help = { wrong: key, allowed: tool.parameters.keys() };
      report('PROTO_ARG_UNKNOWN', keyPlace(node), { t: name, p: key }, help);
    }
  }
  for (const [parameter, { isOptional }] of tool.parameters) {
    if (isOptional || input?.entries.has(parameter)) continue;
    const place = missingPlace(input ?? inputOf(block), parameter);
    report('PROTO_ARG_MISSING', place, { p: parameter, t: name });
  }
}

/** Where the `input` of a block would be: missing arguments are reported below it. */
function inputOf(block: MapNode): YamlNode {
  const written = entryOf(block, 'input');
  return written ?? { ...block, path: `${block.path}.input` };
}

function checkArgument(node: YamlNode, { type }: ParameterModel, { scope, report }: BlockChecks): void {
  if (!type) return;
  const text = stringOf(node);
  const reference = text === undefined ? undefined : referenceIn(text, scope);
  if (reference !== undefined) {
    const source = scope.find(reference)?.type;
    if (!source || fitsType(source, type)) return;
    report('PROTO_ARG_REF_TYPE', valuePlace(node), { n: reference, a: typeText(source), b: typeText(type) });
    return;
  }
  // What a reference inside a list or map holds is known at run time only.
  if (hasReference(node, scope)) return;
  const value = text === undefined ? nodeValue(node) : literalText(text);
  if (validateValue(type, value).length > 0) report('PROTO_ARG_TYPE', valuePlace(node), { t: typeText(type) });
}
