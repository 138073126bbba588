import type { Run } from '../../execution/run.ts';

/** Tokens, of a model that is not known (runtime-semantics.md 8). */
const unknownWindow = 128_000;

/** Tokens that prompt and answer of a model may have together. */
export function windowOf({ ports }: Run, modelId: string | undefined): number {
  const resolved = modelId === undefined ? undefined : ports.models.resolve(modelId);
  return (resolved && 'model' in resolved && resolved.model.contextWindow) || unknownWindow;
}
