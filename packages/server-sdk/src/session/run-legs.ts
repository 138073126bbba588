import {
  createApiErrorEvent,
  createErrorEvent,
  createInternalErrorEvent,
  type FinishEvent,
  type PendingToolCall,
  type StartEvent,
  type StreamEvent,
  type ToolResult,
} from '@octavus/core';
import type { ApiConfig } from '../config.ts';
import {
  CONTINUATION_BODY_RESERVE_BYTES,
  defaultStreamIdleTimeoutMs,
  MAX_CONTINUATION_BODY_BYTES,
} from '../constants.ts';
import { orAborted } from '../http/abortable.ts';
import { readAnswerError } from '../http/error-body.ts';
import { openStream } from '../http/open-stream.ts';
import { retryAfterSeconds } from '../http/retry-delay.ts';
import { byteLength, enforceToolResultsSize, type ToolResultTruncation } from '../tools/limit-results.ts';
import { type CallWithHandler, type FindHandler, refuseUnsendable, runTools, toSendable } from '../tools/run-tools.ts';
import { type LegEnd, readLeg } from './leg.ts';

/** What a leg continues from. */
export interface LegState {
  /** The latest that a `start` event named. */
  executionId?: string;
  /** Results to send; absent on the first leg of a trigger. */
  toolResults?: ToolResult[];
}

/** One kind of execution: which requests it makes, and what happens around its tools. */
export interface Execution {
  config: ApiConfig;
  signal: AbortSignal;
  /** What the first request continues; empty for a new execution. */
  initial: LegState;
  /** The next request, or why there cannot be one. */
  request(state: LegState): { url: string; body: object } | { problem: string };
  findHandler: FindHandler;
  /** Whether tool results can only be sent with an execution id. */
  needsExecutionId: boolean;
  rejectClientToolCalls?: boolean;
  /** Sees an answer before its events. */
  onResponse?: (response: Response) => void;
  onStart?: (event: StartEvent) => void;
  onResourceUpdate?: (name: string, value: unknown) => void;
  /** Awaited after tools ran; may change the results. What it throws ends the execution. */
  onToolResults?: (results: ToolResult[]) => Promise<void>;
  onToolResultTruncated?: (truncation: ToolResultTruncation) => void;
}

/**
 * Runs an execution to its end: sends a request, forwards its events, runs the tools that have a handler here, sends their results,
 * and so on. Tools without a handler are handed to the caller as `client-tool-request`.
 *
 * Ends with one terminal event, except where a stream broke off and `streamDrop` is `silent`. The signal ends it at once with
 * `finish` and the reason `stop`; results of tools that still run are dropped.
 *
 * @throws network failures after all retries, and whatever `getHeaders` throws.
 * Source: SDK specification 5.5 and 6.3.
 */
export async function* runLegs(execution: Execution): AsyncGenerator<StreamEvent> {
  const { signal } = execution;
  const { toolResults, ...initial } = execution.initial;
  const state: LegState = { ...initial, ...(toolResults && { toolResults: toSendable(toolResults) }) };
  for (;;) {
    if (signal.aborted) return yield stopped();
    const end = yield* sendLeg(execution, state);
    if (end.isFinished || end.status === 'refused') return;
    if (end.status === 'aborted' || signal.aborted) return yield stopped();
    // A stream that is closed in good order without an end and without a request for tools was cut too, by a proxy for one.
    if (end.status === 'broken' || end.pending.length === 0) return yield* streamDropped(execution.config);
    const results = yield* answerTools(execution, state, end.pending);
    if (!results) return;
    state.toolResults = results;
  }
}

/** The end of an execution that the caller stopped. */
function stopped(): FinishEvent {
  return { type: 'finish', finishReason: 'stop' };
}

async function* sendLeg(execution: Execution, state: LegState): AsyncGenerator<StreamEvent, LegEnd> {
  const { config, signal } = execution;
  const request = toRequest(execution, state);
  if ('refusal' in request) {
    yield request.refusal;
    return endWithoutStream('refused');
  }
  const opened = await openStream(config, { ...request, signal });
  if (opened.status === 'aborted') return endWithoutStream('aborted');
  if (opened.status === 'timed-out') return endWithoutStream('broken');
  const { response } = opened;
  if (!response.ok) {
    const idleTimeoutMs = config.streamIdleTimeoutMs ?? defaultStreamIdleTimeoutMs;
    const problem = await readAnswerError(response, 'Request failed', { signal, idleTimeoutMs });
    if (signal.aborted) return endWithoutStream('aborted');
    const extra = { code: problem.code, retryAfter: retryAfterSeconds(response.headers) };
    yield createApiErrorEvent(response.status, problem.message, extra);
    return endWithoutStream('refused');
  }
  execution.onResponse?.(response);
  return yield* readLeg(response, {
    config,
    signal,
    onStart: (event) => {
      if (event.executionId !== undefined) state.executionId = event.executionId;
      execution.onStart?.(event);
    },
    onResourceUpdate: (name, value) => execution.onResourceUpdate?.(name, value),
  });
}

function endWithoutStream(status: LegEnd['status']): LegEnd {
  return { status, pending: [], isFinished: false };
}

/** The request of a leg, its tool results cut to what a request may carry. */
function toRequest(execution: Execution, state: LegState): { url: string; body: string } | { refusal: StreamEvent } {
  const maxBytes = execution.config.maxContinuationBytes ?? MAX_CONTINUATION_BODY_BYTES;
  const budget = maxBytes - Math.min(CONTINUATION_BODY_RESERVE_BYTES, Math.floor(maxBytes / 2));
  const { results, truncations, overflow } = enforceToolResultsSize(state.toolResults, budget);
  for (const truncation of truncations) execution.onToolResultTruncated?.(truncation);
  const request = execution.request({ ...state, toolResults: results });
  if ('problem' in request) return { refusal: createInternalErrorEvent(request.problem) };
  const body = JSON.stringify(request.body);
  if (!overflow && (!results || byteLength(body) <= maxBytes)) return { url: request.url, body };
  const message = `The tool results are too big to be sent: a request may have ${maxBytes} bytes. Return less, or links to files.`;
  return { refusal: createApiErrorEvent(413, message) };
}

/** Runs the tools of a leg. @returns the results for the next leg, or nothing when the execution ends here. */
async function* answerTools(
  execution: Execution,
  state: LegState,
  pending: readonly PendingToolCall[],
): AsyncGenerator<StreamEvent, ToolResult[] | undefined> {
  const { signal, findHandler, rejectClientToolCalls = false } = execution;
  const { executionId } = state;
  // Looked up once: a handler that changes the dynamic tools changes the next round.
  const calls = pending.map((call): CallWithHandler => ({ call, handler: findHandler(call.toolName) }));
  const isOurs = ({ handler }: CallWithHandler) => rejectClientToolCalls || handler !== undefined;
  const clients = calls.filter((entry) => !isOurs(entry)).map(({ call }) => call);
  if (executionId === undefined && execution.needsExecutionId) {
    yield createInternalErrorEvent('The server asked for tools without naming the execution');
    return undefined;
  }
  const results = await settleTools(execution, calls.filter(isOurs));
  if (results === 'aborted' || signal.aborted) {
    yield stopped();
    return undefined;
  }
  for (const result of results) yield toOutputEvent(result);
  if (clients.length === 0) return results;
  if (executionId === undefined) {
    yield createInternalErrorEvent('The server asked for tools of the client without naming the execution');
    return undefined;
  }
  const serverToolResults = results.length > 0 ? { serverToolResults: results } : {};
  yield { type: 'client-tool-request', executionId, toolCalls: clients, ...serverToolResults };
  yield { type: 'finish', finishReason: 'client-tool-calls', executionId };
  return undefined;
}

async function settleTools(
  { signal, onToolResults }: Execution,
  calls: readonly CallWithHandler[],
): Promise<ToolResult[] | 'aborted'> {
  const results = await orAborted(runTools(calls, signal), signal);
  if (results === 'aborted' || results.length === 0) return results;
  await orAborted(Promise.resolve(onToolResults?.(results)), signal);
  refuseUnsendable(results);
  return results;
}

function toOutputEvent({ toolCallId, result, error, workerId }: ToolResult): StreamEvent {
  const placed = { toolCallId, ...(workerId !== undefined && { workerId }) };
  return error === undefined
    ? { type: 'tool-output-available', ...placed, output: result ?? null }
    : { type: 'tool-output-error', ...placed, error };
}

function* streamDropped({ streamDrop = 'silent' }: ApiConfig): Generator<StreamEvent> {
  if (streamDrop === 'silent') return;
  yield createErrorEvent({
    errorType: 'internal_error',
    source: 'client',
    code: 'STREAM_INTERRUPTED',
    message: 'The stream broke off before its end',
    retryable: true,
  });
}
