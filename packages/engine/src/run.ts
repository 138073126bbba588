import type { ErrorEvent, Sender, ToolSchema } from '@octavus/core';
import { errorEvent } from '@octavus/core';
import type { AgentDefinition, Block } from '@octavus/protocol';
import type { Resumption } from './blocks/runner.ts';
import { endExecution } from './end-execution.ts';
import { endAborted, endCompleted, endFailed, endPaused } from './execution/ending.ts';
import { ExecutionFailure } from './execution/failure.ts';
import { SessionOutbox } from './execution/outbox.ts';
import { Run } from './execution/run.ts';
import { RunOutputs } from './execution/run-outputs.ts';
import { truncate } from './execution/truncate.ts';
import type { EnginePorts, Output, RunEnding } from './ports.ts';
import type { AcceptedTrigger } from './requests/check-trigger.ts';
import type { AcceptedContinuation } from './requests/match-continuation.ts';
import { storeInlineMedia } from './requests/store-inline-media.ts';
import { type HandlerEnding, runHandler } from './run-handler.ts';
import type { SessionState } from './state/session-state.ts';
import { logIgnoredTools } from './tools/ignored-tools.ts';

interface RunRequest {
  /** The session as it is stored. */
  readonly state: SessionState;
  /** In force when the execution was accepted; all its legs use it. */
  readonly definition: AgentDefinition;
  /** For the message of an internal error. */
  readonly requestId?: string;
}

export interface TriggerRun extends RunRequest {
  readonly agentVersion: number;
  /** From `checkTrigger`. */
  readonly trigger: AcceptedTrigger;
  readonly sender?: Sender;
  /** Absent: history stays; `null`: everything goes; an id: everything after it goes (runtime-semantics.md 14). */
  readonly rollbackAfterMessageId?: string | null;
  /** Model requests are logged with their payload. */
  readonly isTraced?: boolean;
}

/** The run of a worker on its own; `state` is a new session of kind `worker`, whose id is the run's. */
export interface WorkerRun extends RunRequest {
  readonly agentVersion: number;
  /** From `normaliseTools`. */
  readonly dynamicTools?: readonly ToolSchema[];
  /** Model requests are logged with their payload. */
  readonly isTraced?: boolean;
}

export interface ContinuationRun extends RunRequest {
  /** From `matchContinuation` on the same state. */
  readonly match: AcceptedContinuation;
}

/**
 * Runs a trigger's handler to its end or its first pause.
 *
 * A waiting execution is superseded, then history is cut back, then the execution starts: all of that, and what the handler does before
 * it first waits, is in the first array.
 *
 * @param signal its reason is a `StopReason`. On `abort` the stream still ends as it should (`finish`), on `shutdown` with an error, on
 *   `disconnect` what was produced is kept; on `lease-lost` nothing more is yielded.
 * @returns how it ended. Nothing is thrown: a fault of the engine becomes an `internal_error` event and `RunEnding.cause`.
 */
export function runTrigger(
  request: TriggerRun,
  ports: EnginePorts,
  signal: AbortSignal,
): AsyncGenerator<readonly Output[], RunEnding> {
  const executionId = ports.ids.execution();
  return runLeg(request, ports, { signal, executionId, open: (leg) => startExecution(leg, request) });
}

/**
 * Runs a worker agent on its own, to its result or its first pause (runtime-semantics.md 18).
 *
 * As `runTrigger`, but the stream ends with `worker-result`, then `finish` and `usage`; a failure or a stop with `worker-result`, then
 * `error`.
 */
export function runWorker(
  request: WorkerRun,
  ports: EnginePorts,
  signal: AbortSignal,
): AsyncGenerator<readonly Output[], RunEnding> {
  const executionId = request.state.sessionId;
  return runLeg(request, ports, { signal, executionId, open: (leg) => startWorkerExecution(leg, request) });
}

/**
 * Runs the next leg of a paused execution, or the last one again, with the results of its calls.
 *
 * Its first array accepts the results; otherwise as `runTrigger`.
 */
export function runContinuation(
  request: ContinuationRun,
  ports: EnginePorts,
  signal: AbortSignal,
): AsyncGenerator<readonly Output[], RunEnding> {
  const { match } = request;
  return runLeg(request, ports, { signal, executionId: match.executionId, open: (leg) => startLeg(leg, match) });
}

interface Leg {
  readonly run: Run;
  readonly outbox: SessionOutbox;
  readonly requestId: string | undefined;
}

interface LegStart {
  readonly signal: AbortSignal;
  readonly executionId: string;
  /** Its first changes and events. @returns where a paused execution goes on. */
  open(leg: Leg): Resumption | undefined | Promise<Resumption>;
}

/** One leg: opening, blocks, ending. */
function runLeg(
  { state, definition, requestId }: RunRequest,
  ports: EnginePorts,
  { signal, executionId, open }: LegStart,
): RunOutputs<RunEnding> {
  const outbox = new SessionOutbox(state, executionId, ports);
  const { sessionId: workerId, kind } = state;
  const worker = { workerId, workerSlug: definition.slug, isNested: false, isShown: true };
  const outputs = new RunOutputs(outbox, () => playLeg(leg, open));
  const run = new Run({
    outbox,
    flush: outputs.flush,
    definition,
    ports,
    signal,
    executionId,
    runBlocks: runHandler,
    ...(kind === 'worker' && { worker }),
  });
  const leg: Leg = { run, outbox, requestId };
  return outputs;
}

function startExecution({ run, outbox }: Leg, request: TriggerRun): undefined {
  const { trigger, sender, agentVersion, isTraced, rollbackAfterMessageId } = request;
  const { executionId, ports } = run;
  outbox.push(endExecution(run.state, 'superseded', ports.clock));
  if (rollbackAfterMessageId !== undefined) truncate(run, rollbackAfterMessageId);
  const lastMessageId = run.state.messages.at(-1)?.id;
  run.reserveMessageIds(countLeadingMessages(run.definition.triggers.get(trigger.name)?.blocks ?? []));
  const messageId = ports.ids.message();
  run.change({
    change: 'execution-started',
    executionId,
    messageId,
    agentVersion,
    triggerName: trigger.name,
    triggerInput: trigger.input,
    ...(sender && { sender }),
    ...(trigger.dynamicTools.length > 0 && { dynamicTools: trigger.dynamicTools }),
    ...(isTraced && { isTraced }),
  });
  run.log({ type: 'trigger', triggerName: trigger.name, triggerInput: trigger.input });
  logIgnoredTools(run, trigger.dynamicTools);
  sendStart(run, lastMessageId);
}

function startWorkerExecution({ run }: Leg, { agentVersion, dynamicTools, isTraced }: WorkerRun): undefined {
  const { executionId, ports, definition } = run;
  run.reserveMessageIds(countLeadingMessages(definition.steps));
  run.change({
    change: 'execution-started',
    executionId,
    messageId: ports.ids.message(),
    agentVersion,
    triggerName: definition.slug,
    triggerInput: {},
    ...(dynamicTools?.length && { dynamicTools }),
    ...(isTraced && { isTraced }),
  });
  run.log({ type: 'worker-execution', workerInput: run.state.input });
  sendStart(run, undefined);
}

/** Messages that the handler adds before anything answers. */
function countLeadingMessages(blocks: readonly Block[]): number {
  const first = blocks.findIndex(({ kind }) => kind !== 'add-message' && kind !== 'start-thread');
  const leading = first < 0 ? blocks : blocks.slice(0, first);
  return leading.filter(({ kind }) => kind === 'add-message').length;
}

async function startLeg(
  { run }: Leg,
  { kind, executionId, results: given, dynamicTools }: AcceptedContinuation,
): Promise<Resumption> {
  const { legStart } = run.execution;
  const results = kind === 'leg' ? await storeInlineMedia(given, run.ports.files) : given;
  if (kind === 'repeat') run.change({ change: 'leg-restarted', executionId });
  else run.change({ change: 'leg-started', executionId, outcomes: results, ...(dynamicTools && { dynamicTools }) });
  if (kind === 'leg' && dynamicTools) logIgnoredTools(run, dynamicTools);
  sendStart(run, run.state.messages.at(-1)?.id);
  const { position, pending } = run.execution;
  if (!position) throw new Error('The execution does not say where it goes on');
  run.finishReason = position.finishReason ?? 'stop';
  const begun = run.blocks.slice(0, position.blockIndex + 1);
  run.hasLoggedMainPrompt = begun.some((block) => block.kind === 'next-message' && block.thread === 'main');
  // A repeated leg keeps the results it was first accepted with.
  return { position, pending, results: kind === 'repeat' ? (legStart?.outcomes ?? []) : results };
}

function sendStart(run: Run, lastMessageId: string | undefined): void {
  const { messageId } = run.execution;
  const { executionId, state, worker, definition } = run;
  const anchor = lastMessageId === undefined ? {} : { lastMessageId };
  run.frame({ type: 'start', messageId, executionId, ...anchor, sessionId: state.sessionId });
  if (!worker) return;
  const { workerId, workerSlug } = worker;
  const { description } = definition;
  const described = description === undefined ? {} : { description };
  run.frame({ type: 'worker-start', workerId, workerSlug, ...described, input: state.input });
}

async function playLeg(leg: Leg, open: LegStart['open']): Promise<RunEnding> {
  const { run, outbox, requestId } = leg;
  let ending: RunEnding;
  try {
    const resumption = await open(leg);
    ending = endLeg(run, await runHandler(run, run.blocks, resumption));
  } catch (problem) {
    if (run.stopReason === 'lease-lost') return endUnheard(outbox);
    ending = endBroken(run, requestId, problem);
  }
  if (run.stopReason === 'lease-lost') return endUnheard(outbox);
  return outbox.fault === undefined ? ending : { cause: outbox.fault, ...ending };
}

/** The session is another node's: what is not read yet must not be stored any more. */
function endUnheard(outbox: SessionOutbox): RunEnding {
  outbox.drain();
  return { ending: 'aborted' };
}

function endLeg(run: Run, handled: HandlerEnding): RunEnding {
  switch (handled.kind) {
    case 'completed':
      return endCompleted(run);
    case 'stopped':
      return endAborted(run);
    case 'paused':
      return endPaused(run, handled);
  }
}

/** A stop that lets something fail is a stop. */
function endBroken(run: Run, requestId: string | undefined, problem: unknown): RunEnding {
  run.openStep?.save();
  if (run.stopReason) return endAborted(run);
  if (problem instanceof ExecutionFailure) return endFailed(run, problem.event);
  return { ...endFailed(run, internalError(requestId)), cause: problem };
}

function internalError(requestId: string | undefined): ErrorEvent {
  return errorEvent({ code: 'INTERNAL_ERROR', ...(requestId !== undefined && { details: { requestId } }) });
}
