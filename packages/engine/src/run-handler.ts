import type { Block, BlockKind } from '@octavus/protocol';
import { blockRunners } from './blocks/index.ts';
import type { BlockEnding, BlockRunner, Resumption } from './blocks/runner.ts';
import type { Run } from './execution/run.ts';
import type { PendingCall, Position } from './state/position.ts';

export type HandlerEnding =
  | { readonly kind: 'completed' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'paused'; readonly position: Position; readonly pending: readonly PendingCall[] };

export type BlocksRunner = (run: Run, blocks: readonly Block[], resumption?: Resumption) => Promise<HandlerEnding>;

/**
 * The one loop: blocks in order, each to its end before the next (runtime-semantics.md 4).
 *
 * @param resumption where a paused execution goes on; absent: from the first block.
 */
export async function runHandler(run: Run, blocks: readonly Block[], resumption?: Resumption): Promise<HandlerEnding> {
  const first = resumption?.position.blockIndex ?? 0;
  for (let index = first; index < blocks.length; index += 1) {
    if (run.stopReason) return { kind: 'stopped' };
    const block = blocks[index]!;
    run.blockName = block.name;
    const ending = await runBlock(run, block, index === first ? resumption : undefined);
    if (ending === 'stopped') return { kind: 'stopped' };
    if (ending !== 'done') {
      return {
        kind: 'paused',
        position: { blockIndex: index, block: ending.position, finishReason: run.finishReason },
        pending: ending.pending,
      };
    }
    run.closeBlock();
    run.blockName = undefined;
  }
  return { kind: 'completed' };
}

function runBlock(run: Run, block: Block, resumption: Resumption | undefined): Promise<BlockEnding> {
  const runner = blockRunners[block.kind] as BlockRunner<BlockKind>;
  if (!resumption) return runner.run(block, run);
  if (!runner.resume) throw new Error(`A ${block.kind} block cannot pause`);
  return runner.resume(block, run, resumption);
}
