import type {
  FinishReason,
  LanguageModel,
  ModelFinish,
  ModelGeneratedFile,
  ModelMessage,
  ModelRequest,
  ModelUsage,
  ProviderFailure,
} from '@octavus/core';
import { hasFastMode } from '@octavus/protocol';
import { providerFailure } from '../execution/failure.ts';
import type { Run } from '../execution/run.ts';
import { storeSaid } from '../media/store-made.ts';
import type { Part, StepStartPart } from '../state/message.ts';
import { buildRequest } from './build-request.ts';
import { CallReader, type StepCall } from './call-reader.ts';
import { charsOf, charsPerToken } from './compaction/prompt-size.ts';
import { deliverFiles, hasFiles } from './files/deliver-files.ts';
import { RecordedParts } from './recorded-parts.ts';
import { recover } from './recover.ts';
import { type Attempt, planRetry, reportedFailure } from './retry.ts';
import { runTogether } from './run-together.ts';
import { SaveTimer } from './save-timer.ts';
import { logThread, StepReader } from './step-reader.ts';
import type { Turn } from './turn.ts';

export interface StepOptions {
  /** Tools may not be called: the cycles are used up. */
  readonly isRefusing: boolean;
  /** Messages that only this step's request has. */
  readonly extra: readonly ModelMessage[];
  /** The provider broke off in the step before, to go on in this one. */
  readonly isInterrupted: boolean;
}

/** A finished step. Its parts are complete, and not stored yet. */
export interface FinishedStep {
  readonly parts: RecordedParts;
  readonly calls: readonly StepCall[];
  readonly finishReason: FinishReason;
  /** The loop guard ended it: it is the answer, whatever it lacks (6.8). */
  readonly isCut: boolean;
  /** The provider stopped in the middle of its own tools: the same step goes on with another call of the model. */
  readonly isPaused: boolean;
}

/**
 * One model generation with its retries and failover (runtime-semantics.md 6.7). Flushes whenever it waits, and per batch of the model.
 *
 * @returns `stopped` when the run was told to stop; what there is of the step is stored then and ended on the wire.
 * @throws ExecutionFailure when the model cannot be called or fails for good; `run.openStep` holds what there is.
 */
export async function runStep(run: Run, turn: Turn, options: StepOptions): Promise<FinishedStep | 'stopped'> {
  const { model, speed } = turn.settings;
  const attempts: Attempt[] = [{ modelId: model, speed, waitMs: 0 }];
  const failures: ProviderFailure[] = [];
  let recoveries = 0;
  for (;;) {
    if (run.stopReason) return 'stopped';
    const attempt = attempts.at(-1)!;
    const result = await runAttempt(run, turn, attempt, options);
    if (result === 'stopped' || 'parts' in result) return result;
    if (result.isSilent) {
      const { failure, messages } = result;
      const recovered = await recover(run, turn, { failure, messages, modelId: attempt.modelId, recoveries });
      if (recovered === 'stopped') return 'stopped';
      if (recovered === 'changed') {
        recoveries += 1;
        logCaught(run, turn, failure);
        continue;
      }
    }
    failures.push(result.failure);
    const next = result.isSilent ? planRetry(turn.settings, attempts, failures) : undefined;
    if (!next) throw providerFailure(result.isSilent ? reportedFailure(attempts, failures) : result.failure);
    logCaught(run, turn, result.failure);
    attempts.push(next);
    if (next.waitMs === 0) continue;
    await run.flush();
    await run.ports.clock.sleep(next.waitMs, run.signal);
  }
}

interface FailedAttempt {
  readonly failure: ProviderFailure;
  /** No text, reasoning or call of the step was sent. */
  readonly isSilent: boolean;
  /** What was asked. */
  readonly messages: readonly ModelMessage[];
}

async function runAttempt(
  run: Run,
  turn: Turn,
  { modelId, speed }: Attempt,
  { isRefusing, extra, isInterrupted }: StepOptions,
): Promise<FinishedStep | FailedAttempt | 'stopped'> {
  const resolved = run.ports.models.resolve(modelId);
  if ('failure' in resolved) return { failure: resolved.failure, isSilent: true, messages: [] };
  const { model } = resolved;
  const toolChoice = isRefusing ? 'none' : 'auto';
  const asked = buildRequest(run, turn, { toolChoice, extra, isInterrupted, model, speed });
  let request = asked;
  if (hasFiles(asked.messages)) {
    await run.flush();
    request = { ...asked, messages: await deliverFiles(run, turn, asked.messages) };
  }
  logRequest(run, turn, model, request);
  const parts = new RecordedParts(turn.writer, boundaryOf(turn));
  const calls = new CallReader({ run, turn, parts, provider: model.provider, isRefusing });
  const reader = new StepReader({ run, turn, calls, parts, provider: model.provider });
  run.openStep = parts;
  await run.flush();
  if (!run.stopReason) await readModel(run, reader, model, request);
  if (run.stopReason) {
    reader.close();
    parts.save();
    run.openStep = undefined;
    calls.abandon();
    return 'stopped';
  }
  const failure = reader.failure ?? (reader.finish || reader.isCut ? undefined : brokenOff(model));
  if (failure) return { failure, isSilent: reader.isSilent, messages: asked.messages };
  reader.close();
  const { finish, isCut } = reader;
  if (finish) {
    logUsage(run, turn, model, { ...finish, speed });
    measure(turn, asked, finish.usage);
  } else {
    // A call that was cut does not tell what it used; it is counted all the same.
    const usage = estimateUsage(asked, reader.writtenChars);
    logUsage(run, turn, model, { usage, speed, isEstimated: true });
  }
  return {
    parts,
    calls: calls.all,
    finishReason: isCut ? 'length' : toFinishReason(finish?.reason),
    isCut,
    isPaused: !isCut && finish?.isPaused === true,
  };
}

async function readModel(run: Run, reader: StepReader, model: LanguageModel, request: ModelRequest): Promise<void> {
  using timer = new SaveTimer(run.ports.clock, () => saveInBetween(run, reader));
  const batches = model.stream(request, run.signal)[Symbol.asyncIterator]();
  try {
    while (!run.signal.aborted) {
      const next = await batches.next();
      if (next.done || run.signal.aborted) return;
      for (const part of next.value) {
        // Of what follows a cut only the end counts: it says what was used.
        if (reader.isCut && part.type !== 'finish') continue;
        if (part.type === 'file') await takeFile(run, reader, part);
        else reader.read(part);
        if (reader.hasEnded || run.signal.aborted) return;
      }
      if (reader.isCut) return;
      reader.saveIfDue();
      if (reader.hasUnsaved) timer.start();
      await run.flush();
    }
  } finally {
    await batches.return?.();
  }
}

/** What came before the file is sent before its bytes are stored; a stop does not wait for that. */
async function takeFile(run: Run, reader: StepReader, made: ModelGeneratedFile): Promise<void> {
  reader.endOpen();
  const keep = async () => {
    const file = await storeSaid(run, made);
    return () => reader.addFile(file, made.providerMetadata);
  };
  await runTogether(run, [keep]);
}

/** While the step waits for the model, or for the reader of its outputs; nothing waits for this. */
function saveInBetween(run: Run, reader: StepReader): void {
  try {
    reader.save();
    run.flush().catch(() => undefined);
  } catch (cause) {
    run.outbox.reportFault(cause);
  }
}

/** What the provider counted tells how long the next prompt will be. */
function measure({ contextManagement, writer }: Turn, request: ModelRequest, { inputTokens }: ModelUsage): void {
  if (!contextManagement || !inputTokens) return;
  writer.changeContext({ measured: { tokens: inputTokens, chars: charsOf(request) } });
}

/** Between the steps of one message stands a mark; the model's view is split there (6.2). */
function boundaryOf({ writer, thread }: Turn): StepStartPart | undefined {
  const marked = thread === 'main' ? undefined : thread;
  const last = writer.message?.parts.findLast(
    (part) => part.thread === marked && !part.isDisplayOnly && isStepPart(part),
  );
  if (!last || last.type === 'step-start') return undefined;
  return { type: 'step-start', visible: writer.isKept, ...(marked !== undefined && { thread: marked }) };
}

function isStepPart({ type }: Part): boolean {
  return type !== 'operation' && type !== 'todo' && type !== 'worker';
}

function brokenOff({ provider, id }: LanguageModel): ProviderFailure {
  return {
    errorType: 'provider_error',
    message: 'The connection to the model provider broke off',
    retryable: true,
    source: 'provider',
    code: `${provider.toUpperCase().replaceAll('-', '_')}_NETWORK`,
    provider: { name: provider, model: modelName(id) },
  };
}

/** `tool-calls` is sent only for a pause (stream-events.md 3.1). */
function toFinishReason(reason: string | undefined): FinishReason {
  return reason === 'length' || reason === 'content-filter' || reason === 'other' ? reason : 'stop';
}

function modelName(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}

function logRequest(run: Run, turn: Turn, model: LanguageModel, request: ModelRequest): void {
  const traced = run.execution.isTraced ? { requestBody: model.describeRequest(request) } : {};
  const modelRequest = { requestType: 'llm' as const, provider: model.provider, model: modelName(model.id), ...traced };
  run.log({ type: 'model-request', ...logThread(turn), model: model.id, modelRequest });
}

interface UsedCall extends Pick<ModelFinish, 'usage' | 'modelId'> {
  readonly speed: 'fast' | 'standard';
  /** The provider did not count it. */
  readonly isEstimated?: true;
}

/** By characters, as everywhere where a provider has not counted (runtime-semantics.md 8). */
function estimateUsage(request: ModelRequest, writtenChars: number): ModelUsage {
  return {
    inputTokens: Math.ceil(charsOf(request) / charsPerToken),
    outputTokens: Math.ceil(writtenChars / charsPerToken),
  };
}

function logUsage(run: Run, turn: Turn, model: LanguageModel, { usage, modelId, speed, isEstimated }: UsedCall): void {
  if (Object.keys(usage).length === 0) return;
  const { provider, id } = model;
  const isFast = speed === 'fast' && hasFastMode(id);
  // What fast answers cost is not in a price list.
  run.outbox.addUsage(isFast ? `${id} fast` : id, usage);
  const stepStats = {
    requestType: 'llm' as const,
    provider,
    model: modelId ?? modelName(id),
    usage,
    cacheMode: turn.settings.cache,
    speed: isFast ? ('fast' as const) : ('standard' as const),
    ...(isEstimated && { isEstimated }),
  };
  run.log({ type: 'step-stats', ...logThread(turn), model: id, stepStats });
}

/** A failure that a retry or the backup model may make good. */
function logCaught(run: Run, turn: Turn, { errorType: type, ...failure }: ProviderFailure): void {
  run.log({ type: 'error', ...logThread(turn), error: { type, ...failure, retryable: true } });
}
