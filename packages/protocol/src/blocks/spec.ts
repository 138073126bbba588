import type { BlockChecks } from '../checks/context.ts';
import type { BlockCompiler } from '../compile/context.ts';
import type { Block, BlockBase, BlockKind } from '../definition/blocks.ts';
import type { DisplayMode } from '../definition/settings.ts';
import type { CompiledType } from '../definition/types.ts';
import type { MapNode } from '../parse/node.ts';
import type { AgentFormat, Fields, FixedShape } from '../shape/shape.ts';

/** What a block of one kind may say, and what it compiles to: one file per kind in this folder. */
export interface BlockSpec<Kind extends BlockKind = BlockKind> {
  readonly kind: Kind;
  /** One sentence for editors. */
  readonly doc: string;
  /** `undefined`: the worker's declaration decides. */
  readonly defaultDisplay: DisplayMode | undefined;
  /** The only format that has the kind. */
  readonly only?: AgentFormat;
  readonly isDeprecated?: boolean;
  /** Its own keys; `block`, `display`, `description` and `title` belong to every kind. */
  readonly fields: Fields;
  readonly hints?: FixedShape['hints'];
  /** The static type of what `output` receives (3.7); absent when the kind has no output. */
  readonly outputType?: (block: MapNode, checks: BlockChecks) => CompiledType | undefined;
  /** Rules of this kind that its fields do not tell. Names are checked before. */
  readonly check?: (block: MapNode, checks: BlockChecks) => void;
  /** Only called on blocks of a valid agent. */
  readonly compile: (block: MapNode, compiler: BlockCompiler) => CompiledFields<Kind>;
}

/** The part of a compiled block that is its kind's own. */
export type CompiledFields<Kind extends BlockKind> = Omit<Extract<Block, { kind: Kind }>, keyof BlockBase | 'kind'>;
