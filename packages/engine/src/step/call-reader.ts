import type { JsonObject, ModelToolCall } from '@octavus/core';
import { isId } from '@octavus/core';
import type { DisplayMode } from '@octavus/protocol';
import type { Run } from '../execution/run.ts';
import type { Message, ToolCallPart } from '../state/message.ts';
import type { SessionState } from '../state/session-state.ts';
import type { OfferedTool } from '../tools/offered-tool.ts';
import { refuseWorker } from '../workers/run-worker.ts';
import { WorkerInput } from '../workers/worker-input.ts';
import { toWorkerCall } from './called-workers.ts';
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
  /** The call runs a worker. */
  readonly worker: WorkerInput | undefined;
}

export interface CallReaderOptions {
  readonly run: Run;
  readonly turn: Turn;
  readonly parts: RecordedParts;
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

  /** The calls in the order the model made them. */
  get all(): readonly StepCall[] {
    return [...this.#calls.values()].map((call) => call.done ?? brokenOff(call, !call.isLate && this.#isShown(call)));
  }

  start(source: string, name: string): void {
    if (this.#options.isRefusing || this.#calls.has(source)) return;
    const { turn, parts } = this.#options;
    const tool = turn.tools.get(name);
    const display = tool?.display ?? 'description';
    const id = this.#newId(source);
    const label = tool?.label;
    const recorded = parts.add(toPart(turn, { id, name, label, display }, { arguments: {}, status: 'pending' }));
    const call: CallAtWork = {
      id,
      name,
      tool,
      recorded,
      display,
      label,
      isLate: tool?.present !== undefined,
      isEnded: false,
      done: undefined,
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

  complete({ toolCallId: source, toolName, input: text, providerMetadata }: ModelToolCall): void {
    const isNew = !this.#calls.has(source);
    this.start(source, toolName);
    const call = this.#calls.get(source);
    if (!call || call.done) return;
    if (isNew) this.delta(source, text);
    this.end(source);
    const { input, problem } = readInput(call, text);
    Object.assign(call, call.tool?.present?.(input));
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
    const workerId = call.worker?.workerId;
    const done = { id: call.id, name: call.name, input, tool: call.tool, problem, isShown, part };
    call.done = workerId === undefined ? done : { ...done, workerId };
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
  { id, name, label, display }: Pick<CallAtWork, 'id' | 'name' | 'label' | 'display'>,
  call: Pick<ToolCallPart['toolCall'], 'arguments' | 'status'>,
): ToolCallPart {
  return {
    type: 'tool-call',
    visible: writer.isKept && display !== 'hidden',
    ...(thread !== 'main' && { thread }),
    toolCall: {
      id,
      name,
      ...(label !== undefined && { description: label }),
      ...call,
      display,
    },
  };
}

function readInput({ tool, name }: CallAtWork, text: string): { input: JsonObject; problem: string | undefined } {
  const input = parseObject(text);
  if (!tool) return { input: input ?? {}, problem: `There is no tool named "${name}".` };
  if (!input) return { input: {}, problem: 'Invalid arguments: they must be one JSON object.' };
  const checked = tool.check(input);
  return 'problem' in checked ? { input, problem: checked.problem } : { input: checked.input, problem: undefined };
}

/** A model that wants to pass nothing may write nothing. */
function parseObject(text: string): JsonObject | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function hasCall(state: SessionState, id: string): boolean {
  const holds = (message: Message) =>
    message.parts.some((part) => part.type === 'tool-call' && part.toolCall.id === id);
  if (state.messages.some(holds)) return true;
  for (const thread of state.threads.values()) if (thread.messages.some(holds)) return true;
  return false;
}
