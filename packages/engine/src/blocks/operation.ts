import type { JsonValue } from '@octavus/core';
import type { Block } from '@octavus/protocol';
import { blockIdOf, blockLabel } from '../execution/announce.ts';
import { appendParts } from '../execution/assistant-message.ts';
import type { Run } from '../execution/run.ts';
import type { OperationPart } from '../state/message.ts';

/** What the log says of an operation. */
export interface OperationRecord {
  readonly operationInput: JsonValue;
  readonly operationResult: JsonValue;
}

/** Keeps a finished operation: in the log, and for people where the block is visible (runtime-semantics.md 9.2, 17). */
export function addOperation(run: Run, block: Block, record: OperationRecord): void {
  logOperation(run, block, record);
  if (block.display !== 'hidden') appendParts(run, 'main', [toPart(run, block)]);
}

/** Shows people an operation that takes its time; whatever ends the execution before it is done marks it cancelled. */
export function beginOperation(run: Run, block: Block): { end(record: OperationRecord): void } {
  if (block.display === 'hidden') return { end: (record) => logOperation(run, block, record) };
  const part = toPart(run, block);
  const place = appendParts(run, 'main', [{ ...part, isOpen: true }]);
  return {
    end(record) {
      run.change({ change: 'part-replaced', thread: 'main', ...place, part });
      logOperation(run, block, record);
    },
  };
}

function toPart(run: Run, block: Block): OperationPart {
  const operation = { id: blockIdOf(run, block), name: nameOf(block), operationType: block.kind };
  return { type: 'operation', visible: true, operation };
}

function logOperation(run: Run, block: Block, record: OperationRecord): void {
  run.log({ type: 'block-operation', operationType: block.kind, operationDescription: nameOf(block), ...record });
}

function nameOf(block: Block): string {
  return blockLabel(block) ?? block.name;
}
