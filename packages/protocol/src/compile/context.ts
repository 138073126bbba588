import type { BlockValue } from '../definition/blocks.ts';
import type { PromptUse } from '../definition/definition.ts';
import type { Scope, Setting } from '../definition/settings.ts';
import type { ResponseType } from '../definition/types.ts';
import type { MapNode, YamlNode } from '../parse/node.ts';

/** What a block kind needs to compile its fields. */
export interface BlockCompiler {
  /** The prompt a block or scope names, with the labels of its `input`. */
  prompt(map: MapNode, key: 'prompt' | 'system'): PromptUse;
  /** A setting that is a literal or a reference; `undefined` when the key is absent. */
  setting<T extends string | number>(map: MapNode, key: string): Setting<T> | undefined;
  /** Literals and references at any depth (3.3). */
  value(node: YamlNode | undefined): BlockValue;
  /** The entries of a mapping of values, in order. */
  values(node: YamlNode | undefined): [name: string, value: BlockValue][];
  responseType(name: string): ResponseType;
  scope(map: MapNode): Scope;
  /** Where a block works that names no thread: `main`. */
  thread(map: MapNode): string;
  readonly blockName: string;
}
