import type {
  ErrorEvent,
  InlineMcpServer,
  StreamEvent,
  ToolHandlers,
  ToolResult,
  ToolSchema,
  WorkerExecutionCost,
  WorkerExecutionTokens,
  WorkerResultEvent,
} from '@octavus/core';
import type { ApiConfig } from '../config.ts';
import { stoppable } from '../http/abortable.ts';
import { segment } from '../http/request-json.ts';
import { type LegState, runLegs } from '../session/run-legs.ts';
import { ToolSet } from '../tools/tool-set.ts';
import { WorkerError, type WorkerErrorDetails } from './worker-error.ts';

/** Body of the request that begins a run. */
export interface WorkerStartRequest {
  type: 'start';
  input: Record<string, unknown>;
  dynamicToolSchemas?: ToolSchema[];
}

/** Body of a request that goes on with results of tools. */
export interface WorkerContinueRequest {
  type: 'continue';
  executionId: string;
  toolResults: ToolResult[];
}

export type WorkerRequest = WorkerStartRequest | WorkerContinueRequest;

/** What runs in this process for a worker, and when to stop. */
export interface WorkerExecuteOptions {
  /** Tools that run here, by name. All others are handed to the caller as `client-tool-request`. */
  tools?: ToolHandlers;
  /** Stops the run. */
  signal?: AbortSignal;
  /** Stops it as the signal does, so many milliseconds after it began. */
  timeoutMs?: number;
  /** What the model is told about tools that exist only in this process. */
  dynamicToolSchemas?: ToolSchema[];
  mcpServers?: InlineMcpServer[];
}

/** What a worker came to. */
export interface WorkerGenerateResult {
  output: unknown;
  /** Session of the run; `client.getSessionUrl` shows it. */
  sessionId: string;
  cost?: WorkerExecutionCost;
  tokens?: WorkerExecutionTokens;
}

/** Runs workers: agents that work to a result. */
export class WorkersApi {
  readonly #config: ApiConfig;

  constructor(config: ApiConfig) {
    this.#config = config;
  }

  /**
   * Runs a worker and streams its events; tools run as in a session. Nothing is sent before the first event is asked for.
   *
   * @param agentId id of an agent of format `worker`.
   * @param input by the names that the worker declares.
   * @returns events up to `finish` or `error`; of a run that went well `usage` follows. The id of the run is `start.executionId`.
   * @throws Error (from the first `next()`) when tools of `mcpServers` clash; what `AgentSession.execute` throws.
   */
  execute(
    agentId: string,
    input: Record<string, unknown>,
    options: WorkerExecuteOptions = {},
  ): AsyncGenerator<StreamEvent> {
    return stoppable(options, (signal) => this.#run(agentId, { input }, options, signal));
  }

  /**
   * Continues a run that waits for tools of the caller.
   *
   * @param executionId of the `client-tool-request`.
   * @param toolResults one for each of its calls, after its `serverToolResults`.
   * @returns and throws as `execute` does.
   */
  continue(
    agentId: string,
    executionId: string,
    toolResults: ToolResult[],
    options: WorkerExecuteOptions = {},
  ): AsyncGenerator<StreamEvent> {
    return stoppable(options, (signal) => this.#run(agentId, { executionId, toolResults }, options, signal));
  }

  /**
   * Runs a worker to its result.
   *
   * @returns the output, the session of the run, and cost and tokens where the server tells them.
   * @throws WorkerError when it fails or ends without a result; an `AbortError` when the signal stops it, a `TimeoutError` when the
   *   deadline does.
   */
  async generate(
    agentId: string,
    input: Record<string, unknown>,
    options: WorkerExecuteOptions = {},
  ): Promise<WorkerGenerateResult> {
    const run: WorkerRun = {};
    let stop: AbortSignal | undefined;
    const events = stoppable(options, (signal) => {
      stop = signal;
      return this.#run(agentId, { input }, options, signal);
    });
    for await (const event of events) note(run, event);
    if (run.result || run.error) return toResult(run, run.result);
    if (options.signal?.aborted) throw new DOMException('The worker was stopped', 'AbortError');
    stop?.throwIfAborted();
    throw withoutResult(run);
  }

  async *#run(
    agentId: string,
    from: LegState & { input?: Record<string, unknown> },
    options: WorkerExecuteOptions,
    signal: AbortSignal,
  ): AsyncGenerator<StreamEvent> {
    const { input = {}, executionId, toolResults } = from;
    const tools = new ToolSet(options.tools, options.mcpServers);
    const dynamicToolSchemas = joinSchemas(options.dynamicToolSchemas, tools.schemas());
    yield* runLegs({
      config: this.#config,
      signal,
      initial: { executionId, toolResults },
      needsExecutionId: true,
      findHandler: (name) => tools.find(name),
      request: (state) => ({
        url: `${this.#config.baseUrl}/api/agents/${segment(agentId)}/execute`,
        body: toBody(state, input, dynamicToolSchemas),
      }),
    });
  }
}

function toBody(
  { executionId, toolResults = [] }: LegState,
  input: Record<string, unknown>,
  dynamicToolSchemas: ToolSchema[] | undefined,
): WorkerRequest {
  return executionId === undefined
    ? { type: 'start', input, dynamicToolSchemas }
    : { type: 'continue', executionId, toolResults };
}

function joinSchemas(given: ToolSchema[] | undefined, ofServers: ToolSchema[] | undefined): ToolSchema[] | undefined {
  if (!given || !ofServers) return given ?? ofServers;
  const names = new Set(given.map((schema) => schema.name));
  const twice = ofServers.find((schema) => names.has(schema.name));
  if (twice) throw new Error(`The tool "${twice.name}" of an inline MCP server is already in dynamicToolSchemas`);
  return [...given, ...ofServers];
}

/** What `generate` keeps of a stream. */
interface WorkerRun {
  executionId?: string;
  result?: WorkerResultEvent;
  error?: ErrorEvent;
  usage?: { cost: WorkerExecutionCost; tokens: WorkerExecutionTokens };
  isFinished?: boolean;
  /** Names of tools that nobody here runs. */
  unanswered?: string[];
}

function note(run: WorkerRun, event: StreamEvent): void {
  if (event.type === 'start') run.executionId ??= event.executionId;
  else if (event.type === 'finish') run.isFinished = true;
  else if (event.type === 'client-tool-request') run.unanswered = event.toolCalls.map(({ toolName }) => toolName);
  else if (event.type === 'error') run.error = event;
  else if (event.type === 'usage') run.usage = { cost: event.cost, tokens: event.tokens };
  // Workers that this one calls report in the same stream, under ids of their own.
  else if (event.type === 'worker-result' && isOwn(run, event)) run.result = event;
}

function isOwn({ executionId }: WorkerRun, { workerId }: WorkerResultEvent): boolean {
  return executionId === undefined || executionId === workerId;
}

function toResult(
  { executionId, error, usage }: WorkerRun,
  result: WorkerResultEvent | undefined,
): WorkerGenerateResult {
  const sessionId = executionId ?? result?.workerId;
  if (error) throw new WorkerError(error.message, sessionId, detailsOf(error));
  if (result?.error !== undefined) throw new WorkerError(result.error, sessionId);
  return { output: result?.output, sessionId: sessionId ?? '', ...usage };
}

function withoutResult({ executionId, isFinished, unanswered }: WorkerRun): WorkerError {
  if (unanswered) {
    const names = unanswered.map((name) => `"${name}"`).join(', ');
    return new WorkerError(`The worker asked for tools that have no handler in "tools": ${names}`, executionId);
  }
  if (isFinished) return new WorkerError('The worker ended without a result', executionId);
  return new WorkerError('The stream of the worker broke off before its result', executionId, {
    errorType: 'internal_error',
    source: 'client',
    code: 'STREAM_INTERRUPTED',
    retryable: true,
  });
}

function detailsOf({ errorType, source, code, retryable, retryAfter, provider }: ErrorEvent): WorkerErrorDetails {
  return { errorType, source, code, retryable, retryAfter, provider };
}
