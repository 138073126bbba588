import type { Block, BlockKind } from '@octavus/protocol';
import type { Run } from '../execution/run.ts';
import type { CallResult, PendingCall, Position } from '../state/position.ts';

/** How a block left off. */
export type BlockEnding =
  | 'done'
  /** The run was told to stop. */
  | 'stopped'
  /** It needs calls answered outside. */
  | { readonly position: Position['block']; readonly pending: readonly PendingCall[] };

export type BlockOf<Kind extends BlockKind> = Extract<Block, { kind: Kind }>;

/** What a paused block goes on with. */
export interface Resumption {
  readonly position: Position;
  readonly pending: readonly PendingCall[];
  readonly results: readonly CallResult[];
}

/** What the engine does for one kind of block. */
export interface BlockRunner<Kind extends BlockKind> {
  run(block: BlockOf<Kind>, run: Run): Promise<BlockEnding>;
  /** For kinds that pause. */
  resume?(block: BlockOf<Kind>, run: Run, resumption: Resumption): Promise<BlockEnding>;
}

/** A runner of a block that waits for nothing. */
export function immediate<Kind extends BlockKind>(act: (block: BlockOf<Kind>, run: Run) => void): BlockRunner<Kind> {
  return {
    async run(block, run) {
      act(block, run);
      return 'done';
    },
  };
}
