import { type BlockEndEvent, type BlockStartEvent, threadForPart } from '@octavus/core';
import { findLastIndex } from './list.ts';
import { changePart, inThread, publishInTarget } from './target.ts';
import type { Target, Turn } from './turn.ts';

/** Kinds of blocks that show as an operation of their own. */
const operationTypes: readonly string[] = ['set-resource', 'serialize-thread', 'generate-image'];

/** The block becomes the current one of its target. An id that starts again (stream spec, G8 and G9) is still one block. */
export function startBlock(turn: Turn, event: BlockStartEvent): Turn {
  return publishInTarget(turn, event, (target) =>
    addOperation(
      {
        ...target,
        blocks: [...target.blocks.filter(({ blockId }) => blockId !== event.blockId), event],
        texts: target.texts.filter(({ index }) => target.parts[index]?.type === 'object'),
        openText: isObjectOpen(target) ? target.openText : undefined,
        openReasoning: undefined,
      },
      event,
    ),
  );
}

export function endBlock(turn: Turn, event: BlockEndEvent): Turn {
  return publishInTarget(turn, event, (target) => {
    const blocks = target.blocks.filter(({ blockId }) => blockId !== event.blockId);
    return changePart({ ...target, blocks }, operationIndex(target, event.blockId), 'operation', () => ({
      status: 'done',
    }));
  });
}

function addOperation(target: Target, event: BlockStartEvent): Target {
  const { blockId, blockName, blockType, display, description, thread } = event;
  if (display === 'hidden' || !operationTypes.includes(blockType)) return target;
  const known = operationIndex(target, blockId);
  if (known !== -1) return changePart(target, known, 'operation', () => ({ status: 'running' }));
  const operation = {
    type: 'operation',
    operationId: blockId,
    name: description ?? blockName,
    operationType: blockType,
    status: 'running',
  } as const;
  return { ...target, parts: [...target.parts, inThread(operation, threadForPart(thread))] };
}

function operationIndex({ parts }: Target, blockId: string): number {
  return findLastIndex(parts, (part) => part.type === 'operation' && part.operationId === blockId);
}

function isObjectOpen({ parts, openText }: Target): boolean {
  return openText !== undefined && parts[openText.index]?.type === 'object';
}
