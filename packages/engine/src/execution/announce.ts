import type { Block } from '@octavus/protocol';
import type { Run } from './run.ts';

interface BlockStartExtras {
  readonly outputToChat?: boolean;
  readonly thread?: string;
}

/** Unique in the execution and the same on every leg (stream-events.md 2). */
export function blockIdOf({ worker, executionId }: Run, block: Block): string {
  return `${worker?.workerId ?? executionId.slice(-4)}-${block.index}`;
}

/** Announces the block unless its mode is `hidden`; on a continuation leg it is announced again (G8). */
export function startBlock(run: Run, block: Block, { outputToChat, thread }: BlockStartExtras = {}): void {
  if (block.display === 'hidden') return;
  const blockId = blockIdOf(run, block);
  const description = blockLabel(block);
  run.openBlock({
    type: 'block-start',
    blockId,
    blockName: block.name,
    blockType: block.kind,
    display: block.display,
    ...(description !== undefined && { description }),
    ...(outputToChat !== undefined && { outputToChat }),
    ...(thread !== undefined && thread !== 'main' && { thread }),
  });
}

/** What people read instead of the block's name (stream-events.md 5.1). */
export function blockLabel({ display, description, title }: Block): string | undefined {
  if (display === 'name' || display === 'hidden') return undefined;
  return display === 'title' ? title : description;
}

/** A text that is complete when it is announced. */
export function sendText(run: Run, text: string, responseType?: string): void {
  const id = run.nextPartId('txt');
  run.event({ type: 'text-start', id, ...(responseType !== undefined && { responseType }) });
  run.event({ type: 'text-delta', id, delta: text });
  run.event({ type: 'text-end', id });
}
