import type { JsonValue } from '@octavus/core';
import type { Block } from '@octavus/protocol';
import { blockIdOf, blockLabel } from '../execution/announce.ts';
import { appendParts } from '../execution/assistant-message.ts';
import type { Run } from '../execution/run.ts';

/** Keeps a finished operation: in the log, and for people where the block is visible (runtime-semantics.md 9.2, 17). */
export function addOperation(
  run: Run,
  block: Block,
  { operationInput, operationResult }: { readonly operationInput: JsonValue; readonly operationResult: JsonValue },
): void {
  const name = blockLabel(block) ?? block.name;
  run.log({
    type: 'block-operation',
    operationType: block.kind,
    operationDescription: name,
    operationInput,
    operationResult,
  });
  if (block.display === 'hidden') return;
  const operation = { id: blockIdOf(run, block), name, operationType: block.kind };
  appendParts(run, 'main', [{ type: 'operation', visible: true, operation }]);
}
