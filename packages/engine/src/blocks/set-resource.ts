import { coerceOutput } from '@octavus/protocol';
import { startBlock } from '../execution/announce.ts';
import { protocolFailure } from '../execution/failure.ts';
import { resolveValue } from '../values/resolve-value.ts';
import { blockScope } from '../values/scope.ts';
import { addOperation } from './operation.ts';
import { immediate } from './runner.ts';

/** Writes a value to a resource and tells the application (runtime-semantics.md 5.5). */
export const setResource = immediate<'set-resource'>((block, run) => {
  startBlock(run, block);
  const { resource: name } = block;
  const resource = run.definition.resources.get(name);
  if (!resource) throw protocolFailure(`there is no resource "${name}"`);
  if (resource.isReadonly) throw protocolFailure(`the resource "${name}" is read-only`);
  const resolved = resolveValue(block.value, blockScope(run)) ?? null;
  const coerced = coerceOutput(resource.type, resolved);
  const value = coerced.isValid ? coerced.value : resolved;
  run.change({ change: 'resource-set', name, value });
  addOperation(run, block, { operationInput: { name }, operationResult: value });
  run.event({ type: 'resource-update', name, value });
});
