import type { JsonObject, JsonValue, ModelToolCall, ModelToolResult } from '@octavus/core';
import { isId } from '@octavus/core';
import type { AgentDefinition, DisplayMode } from '@octavus/protocol';
import type { Run } from '../execution/run.ts';
import type { Message, ToolCallPart } from '../state/message.ts';
import type { SessionState } from '../state/session-state.ts';
import { withOutcome } from '../state/settle.ts';
import { refusal } from '../tools/integrations.ts';
import { namespaceOf } from '../tools/namespace.ts';
import type { OfferedTool } from '../tools/offered-tool.ts';
import { refuseWorker } from '../workers/run-worker.ts';
import { WorkerInput } from '../workers/worker-input.ts';
import { toWorkerCall } from './called-workers.ts';
import { logToolCall, logToolResult } from './log-calls.ts';
import { parseJson } from './parse-json.ts';
import type { RecordedPart, RecordedParts } from './recorded-parts.ts';
import type { Turn } from './turn.ts';

/** A call of a finished step: what is to be done about it. */
export interface StepCall {
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
  readonly tool: OfferedTool | undefined;
  /** Why it cannot be run: no such tool, or arguments that do not fit. */
  readonly problem: string | undefined;
  readonly isShown: boolean;
  readonly part: ToolCallPart;
  /** Of the worker it runs. */
  readonly workerId?: string;
}

interface CallAtWork {
  readonly id: string;
  readonly name: string;
  readonly tool: OfferedTool | undefined;
  readonly recorded: RecordedPart;
  display: DisplayMode;
  label: string | undefined;
  /** Mode and label depend on the arguments: it is announced when they are there. */
  readonly isLate: boolean;
  isEnded: boolean;
  done: StepCall | undefined;
  /** Id of the provider that runs it itself. */
  readonly executedBy: string | undefined;
  /** The call runs a worker. */
  readonly worker: WorkerInput | undefined;
}

export interface CallReaderOptions {
  readonly run: Run;
  readonly turn: Turn;
  readonly parts: RecordedParts;
  /** Provider id of the model that calls. */
  readonly provider: string;
  /** The step was asked to do without tools: calls it makes all the same are ignored. */
  readonly isRefusing: boolean;
}

/** The tool calls of one step, as the model writes them (stream-events.md 3.3, 5.2). */
export class CallReader {
  readonly #options: CallReaderOptions;
  readonly #calls = new Map<string, CallAtWork>();
  hasSent = false;

  constructor(options: CallReaderOptions) {
    this.#options = options;
  }

  /** The calls in the order the model made them, without those that its provider runs itself. */
  get all(): readonly StepCall[] {
    return [...this.#calls.values()]
      .filter(({ executedBy }) => executedBy === undefined)
      .map((call) => call.done ?? brokenOff(call, !call.isLate && this.#isShown(call)));
  }

  /** @param isExecuted the provider runs the call itself. */
  start(source: string, name: string, isExecuted: boolean = false): void {
    if ((this.#options.isRefusing && !isExecuted) || this.#calls.has(source)) return;
    const { turn, parts, provider } = this.#options;
    const tool = isExecuted ? undefined : turn.tools.get(name);
    const shown = isExecuted ? turn.providerTools.get(name) : tool;
    const display = shown?.display ?? 'description';
    const id = this.#newId(source);
    const label = shown?.label;
    const executedBy = isExecuted ? provider : undefined;
    const fresh = { id, name, label, display, executedBy };
    const recorded = parts.add(toPart(turn, fresh, { arguments: {}, status: 'pending' }));
    const call: CallAtWork = {
      id,
      name,
      tool,
      recorded,
      display,
      label,
      isLate: shown?.present !== undefined,
      isEnded: false,
      done: undefined,
      executedBy,
      worker: this.#openWorker(tool),
    };
    this.#calls.set(source, call);
    if (!call.isLate && this.#isShown(call)) this.#announce(call);
  }

  delta(source: string, delta: string): void {
    const call = this.#calls.get(source);
    if (!call || call.isLate || call.isEnded || delta === '') return;
    call.worker?.delta(delta);
    if (!this.#isShown(call) || !showsInput(call)) return;
    this.#options.run.event({ type: 'tool-input-delta', toolCallId: call.id, inputTextDelta: delta });
  }

  end(source: string): void {
    const call = this.#calls.get(source);
    if (!call || call.isLate || call.isEnded) return;
    call.isEnded = true;
    if (this.#isShown(call)) this.#options.run.event({ type: 'tool-input-end', toolCallId: call.id });
  }

  complete({ toolCallId: source, toolName, input: text, providerExecuted, providerMetadata }: ModelToolCall): void {
    const isNew = !this.#calls.has(source);
    this.start(source, toolName, providerExecuted);
    const call = this.#calls.get(source);
    if (!call || call.done) return;
    if (isNew) this.delta(source, text);
    this.end(source);
    const { input, problem } = readInput(call, text, this.#options.run.definition);
    const presented = (
      call.executedBy === undefined ? call.tool : this.#options.turn.providerTools.get(call.name)
    )?.present?.(input);
    if (presented) Object.assign(call, { display: presented.display, label: presented.label });
    call.worker?.ready(input);
    const isShown = this.#isShown(call);
    if (call.isLate && isShown) this.#announceLate(call, text);
    if (isShown) {
      const shown = showsInput(call) ? input : {};
      this.#options.run.event({ type: 'tool-input-available', toolCallId: call.id, toolName: call.name, input: shown });
    }
    const part: ToolCallPart = {
      ...toPart(this.#options.turn, call, { arguments: input, status: 'streaming' }),
      ...(providerMetadata && { providerMetadata }),
    };
    call.recorded.become(part);
    if (call.executedBy !== undefined)
      logToolCall(this.#options.run, this.#options.turn.thread, { name: call.name, input, description: undefined });
    const workerId = call.worker?.workerId;
    const done = { id: call.id, name: call.name, input, tool: call.tool, problem, isShown, part };
    call.done = workerId === undefined ? done : { ...done, workerId };
  }

  /** The provider ran a call: its result is part of the step, or of the one before if that broke off in the middle. */
  settle({ toolCallId: source, toolName, result, isError }: ModelToolResult): void {
    const call = this.#calls.get(source);
    const { turn, run } = this.#options;
    const outcome = isError ? { error: errorText(result) } : { result };
    const earlier = call ? undefined : findUnanswered(turn.writer.message, source);
    // Only calls of its own are a provider's to answer, and once.
    if (call && !isUnansweredOwn(call)) return;
    if (call?.done) {
      call.recorded.become(withOutcome(call.recorded.part as ToolCallPart, outcome));
    } else if (earlier) {
      turn.writer.settle(source, outcome);
    } else return;
    logToolResult(run, turn.thread, toolName, outcome);
    const display = call?.display ?? earlier?.toolCall.display ?? 'description';
    if (!turn.isAnnounced || display === 'hidden') return;
    const toolCallId = call?.id ?? source;
    this.hasSent = true;
    // Durable before visible (runtime-semantics.md 11).
    this.#options.parts.save();
    const output = showsInput({ display }) ? result : null;
    if (isError) run.event({ type: 'tool-output-error', toolCallId, error: errorText(result) });
    else run.event({ type: 'tool-output-available', toolCallId, output });
  }

  /** Ends announced calls whose arguments broke off. */
  closeOpen(): void {
    for (const [source, call] of this.#calls) {
      this.end(source);
      call.worker?.ready({});
    }
  }

  /** Nothing will come of the calls: people see their workers cancelled. */
  abandon(): void {
    const { run, turn } = this.#options;
    for (const call of this.all)
      if (call.tool?.worker)
        refuseWorker(
          run,
          toWorkerCall(turn, call, () => undefined),
          'cancelled',
        );
  }

  #openWorker(tool: OfferedTool | undefined): WorkerInput | undefined {
    if (!tool?.worker) return undefined;
    const { run, turn } = this.#options;
    const { slug: workerSlug, display, label } = tool.worker;
    const isShown = turn.isAnnounced && display === 'stream';
    this.hasSent ||= isShown;
    return new WorkerInput(run, { workerId: run.ports.ids.resource(), workerSlug, label, isShown });
  }

  /** Announced live: the block tells of tool calls and the call's own mode is not `hidden`. */
  #isShown({ display }: CallAtWork): boolean {
    return this.#options.turn.isAnnounced && display !== 'hidden';
  }

  #announce({ id, name, label, display }: CallAtWork): void {
    this.hasSent = true;
    this.#options.run.event({
      type: 'tool-input-start',
      toolCallId: id,
      toolName: name,
      ...(label !== undefined && { title: label }),
      display,
    });
  }

  #announceLate(call: CallAtWork, text: string): void {
    const { run } = this.#options;
    this.#announce(call);
    if (showsInput(call) && text !== '')
      run.event({ type: 'tool-input-delta', toolCallId: call.id, inputTextDelta: text });
    run.event({ type: 'tool-input-end', toolCallId: call.id });
  }

  /** The provider's id, unless it cannot be used or the session has it already. No message remembers the ids of a draft. */
  #newId(source: string): string {
    const { run, turn } = this.#options;
    // A turn that leaves nothing in the session would not be found when its ids come again.
    const isDraft = turn.thread === 'main' && !turn.writer.isKept;
    // Nor does a worker see the calls of those that run beside it.
    const isUnsure = isDraft || run.worker?.isNested;
    let id = isUnsure || !isId(source) ? run.ports.ids.toolCall() : source;
    while (this.#isTaken(id)) id = run.ports.ids.toolCall();
    return id;
  }

  #isTaken(id: string): boolean {
    return [...this.#calls.values()].some((call) => call.id === id) || hasCall(this.#options.run.state, id);
  }
}

function isUnansweredOwn({ executedBy, recorded }: CallAtWork): boolean {
  return executedBy !== undefined && (recorded.part as ToolCallPart).toolCall.status === 'streaming';
}

/** The answer ended, at its output limit for instance, before the arguments were complete. */
function brokenOff({ id, name, tool, recorded, worker }: CallAtWork, isShown: boolean): StepCall {
  const problem = 'The arguments broke off before they were complete.';
  const part = recorded.part as ToolCallPart;
  return { id, name, input: {}, tool, problem, isShown, part, ...(worker && { workerId: worker.workerId }) };
}

/** Modes that tell of the arguments (stream-events.md 5.2). */
function showsInput({ display }: Pick<CallAtWork, 'display'>): boolean {
  return display === 'description' || display === 'stream';
}

function toPart(
  { thread, writer }: Turn,
  { id, name, label, display, executedBy }: Pick<CallAtWork, 'id' | 'name' | 'label' | 'display' | 'executedBy'>,
  call: Pick<ToolCallPart['toolCall'], 'arguments' | 'status'>,
): ToolCallPart {
  return {
    type: 'tool-call',
    visible: writer.isKept && display !== 'hidden',
    ...(thread !== 'main' && { thread }),
    ...(executedBy !== undefined && { executedBy }),
    toolCall: {
      id,
      name,
      ...(label !== undefined && { description: label }),
      ...call,
      display,
    },
  };
}

function readInput(
  { tool, name, executedBy }: CallAtWork,
  text: string,
  definition: AgentDefinition,
): { input: JsonObject; problem: string | undefined } {
  const input = parseObject(text);
  if (executedBy !== undefined) return { input: input ?? {}, problem: undefined };
  if (!tool) return { input: input ?? {}, problem: unknownTool(definition, name) };
  if (!input) return { input: {}, problem: 'Invalid arguments: they must be one JSON object.' };
  const checked = tool.check(input);
  return 'problem' in checked ? { input, problem: checked.problem } : { input: checked.input, problem: undefined };
}

/** A tool of a server that is not connected is missing for a reason. */
function unknownTool(definition: AgentDefinition, name: string): string {
  const namespace = namespaceOf(name);
  if (definition.mcpServers.get(namespace)?.source === 'remote') return refusal(definition, namespace);
  return `There is no tool named "${name}".`;
}

/** A model that wants to pass nothing may write nothing. */
function parseObject(text: string): JsonObject | undefined {
  if (text.trim() === '') return {};
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** What a provider says of a call that it could not run: a code where it gives one. */
function errorText(result: JsonValue): string {
  const code = typeof result === 'object' && result !== null && !Array.isArray(result) ? result.errorCode : undefined;
  return typeof code === 'string' ? code : JSON.stringify(result);
}

function findUnanswered(message: Message | undefined, toolCallId: string): ToolCallPart | undefined {
  return message?.parts.find(
    (part): part is ToolCallPart =>
      part.type === 'tool-call' &&
      part.executedBy !== undefined &&
      part.toolCall.id === toolCallId &&
      part.toolCall.status === 'streaming',
  );
}

function hasCall(state: SessionState, id: string): boolean {
  const holds = (message: Message) =>
    message.parts.some((part) => part.type === 'tool-call' && part.toolCall.id === id);
  if (state.messages.some(holds)) return true;
  for (const thread of state.threads.values()) if (thread.messages.some(holds)) return true;
  return false;
}
