import type { MediaModel, ModelUsage, ProviderFailure, ResolvedMedia } from '@octavus/core';
import { providerFailure } from '../execution/failure.ts';
import type { Run } from '../execution/run.ts';
import { type Attempt, planRetry } from '../step/retry.ts';

export interface MediaCall<Request, Result> {
  readonly requestType: 'image' | 'video' | 'speech' | 'transcription';
  readonly modelId: string;
  readonly resolved: ResolvedMedia<MediaModel<Request, Result>>;
  readonly request: Request;
  /** What the log of a traced session says of the request. */
  readonly parameters: { readonly [name: string]: unknown };
  readonly thread: string;
}

/**
 * Calls a media model, again after failures that may pass (runtime-semantics.md 6.7).
 *
 * @throws ExecutionFailure when the model cannot be called or fails for good.
 */
export async function callMedia<Request, Result extends { readonly usage?: ModelUsage }>(
  run: Run,
  call: MediaCall<Request, Result>,
): Promise<Result> {
  const { resolved, request, modelId } = call;
  if ('failure' in resolved) throw providerFailure(resolved.failure);
  const attempts: Attempt[] = [{ modelId, speed: 'standard', waitMs: 0 }];
  const failures: ProviderFailure[] = [];
  for (;;) {
    logRequest(run, call);
    const outcome = await resolved.model.run(request, run.signal);
    if ('result' in outcome) {
      logUsage(run, call, outcome.result.usage);
      return outcome.result;
    }
    const { failure } = outcome;
    failures.push(failure);
    const isOver = run.stopReason !== undefined || isLateFilm(call, failure);
    const next = isOver ? undefined : planRetry({ model: modelId }, attempts, failures);
    if (!next) throw providerFailure(failure);
    logCaught(run, call, failure);
    attempts.push(next);
    await run.ports.clock.sleep(next.waitMs, run.signal);
    if (run.stopReason) throw providerFailure(failure);
  }
}

/** A film that was ordered and is not ready in time is paid for, and comes no sooner when it is ordered again. */
function isLateFilm({ requestType }: LoggedCall, { errorType, provider }: ProviderFailure): boolean {
  return requestType === 'video' && errorType === 'provider_timeout' && provider.statusCode === undefined;
}

type LoggedCall = Pick<MediaCall<unknown, unknown>, 'requestType' | 'modelId' | 'parameters' | 'thread'>;

function logRequest(run: Run, call: LoggedCall): void {
  const traced = run.execution.isTraced ? call.parameters : {};
  run.log({ type: 'model-request', ...place(call), modelRequest: { ...identity(call), ...traced } });
}

function logUsage(run: Run, call: LoggedCall, usage: ModelUsage | undefined): void {
  run.outbox.addUsage(call.modelId, usage ?? {});
  if (usage) run.log({ type: 'step-stats', ...place(call), stepStats: { ...identity(call), usage } });
}

/** A failure that a repetition may make good. */
function logCaught(run: Run, call: LoggedCall, { errorType: type, ...failure }: ProviderFailure): void {
  run.log({ type: 'error', ...place(call), error: { type, ...failure, retryable: true } });
}

function identity({ requestType, modelId }: LoggedCall) {
  const slash = modelId.indexOf('/');
  return { requestType, provider: modelId.slice(0, slash), model: modelId.slice(slash + 1) };
}

function place({ modelId, thread }: LoggedCall) {
  return { ...(thread !== 'main' && { thread }), model: modelId };
}
