import { blockSpecOf } from '../blocks/index.ts';
import type { AgentModel } from '../checks/context.ts';
import { responseTypeOf } from '../checks/response-type.ts';
import type { NameScope } from '../checks/seam.ts';
import type { Block, BlockValue } from '../definition/blocks.ts';
import type { DisplayMode } from '../definition/settings.ts';
import type { MapNode, YamlNode } from '../parse/node.ts';
import { mapEntries, readMap, readText } from '../parse/read.ts';
import { toResponseType } from '../types/json-schema.ts';
import { type CompileContext, compilePrompt, compileSetting, readDisplay } from './compile-parts.ts';
import { compileScope } from './compile-scope.ts';
import { compileValue } from './compile-value.ts';
import type { BlockCompiler } from './context.ts';

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

function compileValues(node: YamlNode | undefined, scope: NameScope): [string, BlockValue][] {
  return node?.kind === 'map' ? [...node.entries].map(([name, value]) => [name, compileValue(value, scope)]) : [];
}
