import {
  type BlockStartEvent,
  type ErrorEvent,
  type FinishReason,
  generateId,
  isMainThread,
  OctavusError,
  type StreamEvent,
  type TextStartEvent,
  type ToolResult,
  threadForPart,
  type UIMessage,
  type UIMessagePart,
  type UIToolCallPart,
  type WorkerExecutionCost,
  type WorkerExecutionTokens,
} from '@octavus/core';

/** A stream as a whole. */
export interface CollectedStream {
  /** What the main thread says (in a worker's own run: every thread), without structured output; texts joined by empty lines. */
  text: string;
  /** The last structured output. */
  object?: unknown;
  /** What the assistant said, as a finished message; empty when it said nothing. */
  messages: UIMessage[];
  /** What tools answered, in order. */
  toolResults: ToolResult[];
  usage?: { cost: WorkerExecutionCost; tokens: WorkerExecutionTokens };
  /** `error` after an error event, `other` when the stream broke off. */
  finishReason: FinishReason;
  executionId?: string;
  error?: OctavusError;
}

/**
 * Reads a stream to its end, for scripts and tests: of a session, or of a worker's own run. What workers inside the execution say is
 * left out, as is the text of blocks that do not speak to the chat.
 *
 * @param events such as `session.execute(…)` or `workers.execute(…)` gives.
 * @returns the answer; a failure that the stream tells is in `error`, not thrown.
 * @throws what the stream throws.
 */
export async function collect(events: AsyncIterable<StreamEvent>): Promise<CollectedStream> {
  const collector = new Collector();
  for await (const event of events) collector.add(event);
  return collector.result();
}

type Part<Type extends UIMessagePart['type']> = Extract<UIMessagePart, { type: Type }>;

/** Folds events into what `collect` returns. */
class Collector {
  readonly #parts: UIMessagePart[] = [];
  /** Texts of the answer. */
  readonly #said: Part<'text'>[] = [];
  /** Open blocks, the current one last. */
  #blocks: BlockStartEvent[] = [];
  readonly #texts = new Map<string, Part<'text'>>();
  readonly #objects = new Map<string, { part: Part<'object'>; json: string }>();
  readonly #reasoning = new Map<string, Part<'reasoning'>>();
  readonly #calls = new Map<string, UIToolCallPart>();
  readonly #toolResults: ToolResult[] = [];
  #lastObject: Part<'object'> | undefined;
  #messageId: string | undefined;
  #executionId: string | undefined;
  #usage: CollectedStream['usage'];
  #finishReason: FinishReason = 'other';
  #error: ErrorEvent | undefined;

  add(event: StreamEvent): void {
    // The events of a worker's own run are marked with the id of that run.
    if ('workerId' in event && event.workerId !== undefined && event.workerId !== this.#executionId) return;
    switch (event.type) {
      case 'block-start':
        this.#blocks.push(event);
        return;
      case 'block-end':
        this.#blocks = this.#blocks.filter(({ blockId }) => blockId !== event.blockId);
        return;
      case 'start':
        this.#messageId ??= event.messageId;
        this.#executionId = event.executionId ?? this.#executionId;
        return;
      case 'finish':
        this.#finishReason = event.finishReason;
        return;
      case 'error':
        this.#finishReason = 'error';
        this.#error = event;
        return;
      case 'usage':
        this.#usage = { cost: event.cost, tokens: event.tokens };
        return;
      case 'text-start':
        this.#startText(event);
        return;
      case 'text-delta':
        this.#growText(event.id, event.delta);
        return;
      case 'text-end':
        this.#endObject(event.id);
        return;
      case 'reasoning-start':
        this.#reasoning.set(event.id, this.#push({ type: 'reasoning', text: '', status: 'done', ...this.#thread() }));
        return;
      case 'reasoning-delta': {
        const part = this.#reasoning.get(event.id);
        if (part) part.text += event.delta;
        return;
      }
      case 'tool-input-available':
        this.#call(event.toolCallId, event.toolName, event.input);
        return;
      case 'tool-output-available':
        this.#answer({ toolCallId: event.toolCallId, result: event.output });
        return;
      case 'tool-output-error':
        this.#answer({ toolCallId: event.toolCallId, error: event.error });
        return;
      case 'source':
      case 'file-available': {
        const { type, workerId: _workerId, ...fields } = event;
        this.#parts.push({
          type: type === 'source' ? 'source' : 'file',
          ...fields,
          ...this.#thread(),
        } as UIMessagePart);
        return;
      }
    }
  }

  result(): CollectedStream {
    const parts = this.#parts;
    const texts = this.#said.map((part) => part.text);
    const message: UIMessage = {
      id: this.#messageId ?? generateId(),
      role: 'assistant',
      parts,
      status: 'done',
      createdAt: new Date(),
    };
    return {
      text: texts.filter((text) => text !== '').join('\n\n'),
      ...(this.#lastObject && { object: this.#lastObject.object }),
      messages: parts.length > 0 ? [message] : [],
      toolResults: this.#toolResults,
      ...(this.#usage && { usage: this.#usage }),
      finishReason: this.#finishReason,
      ...(this.#executionId !== undefined && { executionId: this.#executionId }),
      ...(this.#error && { error: new OctavusError(this.#error) }),
    };
  }

  #push<P extends UIMessagePart>(part: P): P {
    this.#parts.push(part);
    return part;
  }

  #startText({ id, responseType: typeName, workerId }: TextStartEvent): void {
    this.#texts.delete(id);
    this.#objects.delete(id);
    const block = this.#blocks.at(-1);
    const isMain = isMainThread(block?.thread);
    if (block?.outputToChat === false && isMain && workerId === undefined) return;
    if (typeName !== undefined) {
      const part = this.#push({ type: 'object', id, typeName, status: 'streaming', ...this.#thread() });
      this.#objects.set(id, { part, json: '' });
      return;
    }
    const part = this.#push({ type: 'text', text: '', status: 'done', ...this.#thread() });
    this.#texts.set(id, part);
    if (isMain || workerId !== undefined) this.#said.push(part);
  }

  /** What a part of the current block carries as `thread`. */
  #thread(): { thread?: string } {
    const thread = threadForPart(this.#blocks.at(-1)?.thread);
    return thread === undefined ? {} : { thread };
  }

  #growText(id: string, delta: string): void {
    const text = this.#texts.get(id);
    if (text) text.text += delta;
    const object = this.#objects.get(id);
    if (object) object.json += delta;
  }

  #endObject(id: string): void {
    const entry = this.#objects.get(id);
    if (!entry) return;
    try {
      entry.part.object = JSON.parse(entry.json);
      entry.part.status = 'done';
      this.#lastObject = entry.part;
    } catch (error) {
      entry.part.status = 'error';
      entry.part.error = (error as Error).message;
    }
  }

  #call(toolCallId: string, toolName: string, input: unknown): void {
    const args = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
    this.#calls.set(
      toolCallId,
      this.#push({ type: 'tool-call', toolCallId, toolName, args, status: 'running', ...this.#thread() }),
    );
  }

  #answer(answer: Pick<ToolResult, 'toolCallId' | 'result' | 'error'>): void {
    const part = this.#calls.get(answer.toolCallId);
    this.#toolResults.push({ ...answer, ...(part && { toolName: part.toolName }) });
    if (!part) return;
    part.status = answer.error === undefined ? 'done' : 'error';
    if (answer.error === undefined) part.result = answer.result;
    else part.error = answer.error;
  }
}
