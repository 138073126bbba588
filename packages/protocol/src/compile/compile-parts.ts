import type { AgentModel } from '../checks/context.ts';
import { promptLabels } from '../checks/prompt-uses.ts';
import type { NameScope } from '../checks/seam.ts';
import { settingReference } from '../checks/settings.ts';
import type { PromptUse } from '../definition/definition.ts';
import type { PromptTemplate } from '../definition/prompt.ts';
import type { DisplayMode, Setting } from '../definition/settings.ts';
import { entryOf, type MapNode } from '../parse/node.ts';
import { readText } from '../parse/read.ts';
import type { SettingKey } from '../shape/shape.ts';

export interface CompileContext {
  readonly model: AgentModel;
  /** Compiled prompts by name. */
  readonly templates: ReadonlyMap<string, PromptTemplate>;
}

export function readDisplay(map: MapNode | undefined): DisplayMode | undefined {
  return readText(map, 'display') as DisplayMode | undefined;
}

/** The prompt that `map` names under `key`, with the labels of its `input`. */
export function compilePrompt(map: MapNode, key: string, { templates }: CompileContext): PromptUse {
  const name = readText(map, key)!;
  const labels = new Map([...promptLabels(map)].map(([label, { source }]) => [label, source]));
  return { name, template: templates.get(name)!, labels };
}

/** A setting in its compiled form; `undefined` when the key is absent. */
export function compileSetting<T extends string | number>(
  map: MapNode,
  key: string,
  scope: NameScope,
): Setting<T> | undefined {
  const node = entryOf(map, key);
  if (node?.kind !== 'scalar' || node.value === null || typeof node.value === 'boolean') return undefined;
  const name = typeof node.value === 'string' ? settingReference(key as SettingKey, node.value, scope) : undefined;
  // The shape check has seen that the literal is one of the key's kind.
  return name === undefined ? { kind: 'literal', value: node.value as T } : { kind: 'reference', name };
}
