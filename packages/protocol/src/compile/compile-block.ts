import { blockSpecOf } from '../blocks/index.ts';
import type { AgentModel } from '../checks/context.ts';
import { promptLabels } from '../checks/prompt-uses.ts';
import { responseTypeOf } from '../checks/response-type.ts';
import { settingReference } from '../checks/settings.ts';
import type { Block, BlockValue } from '../definition/blocks.ts';
import type { PromptUse } from '../definition/definition.ts';
import type { PromptTemplate } from '../definition/prompt.ts';
import type { DisplayMode, Setting } from '../definition/settings.ts';
import { entryOf, type MapNode } from '../parse/node.ts';
import { mapEntries, readMap, readText } from '../parse/read.ts';
import type { SettingKey } from '../shape/shape.ts';
import { toResponseType } from '../types/json-schema.ts';
import { compileScope } from './compile-scope.ts';
import { compileValue } from './compile-value.ts';
import type { BlockCompiler } from './context.ts';

export interface CompileContext {
  readonly model: AgentModel;
  /** Compiled prompts by name. */
  readonly templates: ReadonlyMap<string, PromptTemplate>;
}

/** The blocks of a handler, or of `steps`, in order. */
export function compileHandler(
  handler: MapNode | undefined,
  trigger: string | undefined,
  context: CompileContext,
): Block[] {
  return mapEntries(handler).map(([name, node], index) => compileBlock(node, { name, index, trigger }, context));
}

interface BlockPosition {
  readonly name: string;
  readonly index: number;
  readonly trigger: string | undefined;
}

function compileBlock(node: MapNode, { name, index, trigger }: BlockPosition, context: CompileContext): Block {
  const spec = blockSpecOf(readText(node, 'block')!)!;
  const base = {
    kind: spec.kind,
    name,
    index,
    display: readDisplay(node) ?? spec.defaultDisplay ?? workerDisplay(node, context.model),
    description: readText(node, 'description'),
    title: readText(node, 'title'),
  };
  // The registry pairs each kind with the fields of its own block.
  return { ...base, ...spec.compile(node, blockCompiler(name, trigger, context)) } as Block;
}

export function readDisplay(map: MapNode | undefined): DisplayMode | undefined {
  return readText(map, 'display') as DisplayMode | undefined;
}

function workerDisplay(block: MapNode, { sections }: AgentModel): DisplayMode {
  const worker = readMap(readMap(sections, 'workers'), readText(block, 'worker') ?? '');
  return readDisplay(worker) ?? 'stream';
}

function blockCompiler(blockName: string, trigger: string | undefined, context: CompileContext): BlockCompiler {
  const { model } = context;
  const { values, settings } = model.scopes.blocks(trigger);
  return {
    blockName,
    prompt: (map, key) => compilePrompt(map, key, context),
    setting: (map, key) => compileSetting(map, key, settings),
    value: (node) => compileValue(node, values),
    values: (node) => compileValues(node, values),
    responseType: (name) => toResponseType(name, responseTypeOf(name, model.types)!),
    scope: (map) => compileScope(map, { isAgent: false, trigger }, context),
    thread: (map) => readText(map, 'thread') ?? 'main',
  };
}

type Names = AgentModel['scopes']['agent']['settings'];

function compileValues(node: MapNode | undefined | ReturnType<typeof entryOf>, scope: Names): [string, BlockValue][] {
  return node?.kind === 'map' ? [...node.entries].map(([name, value]) => [name, compileValue(value, scope)]) : [];
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
  scope: Names,
): Setting<T> | undefined {
  const node = entryOf(map, key);
  if (node?.kind !== 'scalar' || node.value === null || typeof node.value === 'boolean') return undefined;
  const name = typeof node.value === 'string' ? settingReference(key as SettingKey, node.value, scope) : undefined;
  // The shape check has seen that the literal is one of the key's kind.
  return name === undefined ? { kind: 'literal', value: node.value as T } : { kind: 'reference', name };
}
