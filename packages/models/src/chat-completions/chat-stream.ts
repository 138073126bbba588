import type { ModelFinish, ModelUsage } from '@octavus/core';
import type { PartQueue } from '../stream/part-queue.ts';
import { ClosedEarlyError } from '../stream/stream-call.ts';
import type { ChatChunk, ChatDelta, ChatUsage } from './chat-chunk.ts';
import { ToolCalls } from './tool-calls.ts';

/** Turns the chunks of one Chat Completions answer into parts. */
export class ChatStream {
  readonly #queue: PartQueue;
  readonly #toolCalls: ToolCalls;
  /** The block that is open, with the number that makes its id unique within the call. */
  #open: { readonly type: 'text' | 'reasoning'; readonly id: string } | undefined;
  #blocks = 0;
  #finishReason: string | undefined;
  #hasRefusal = false;
  #usage: ChatUsage | undefined;
  #modelId: string | undefined;
  #isOver = false;

  constructor(queue: PartQueue, provider: string) {
    this.#queue = queue;
    this.#toolCalls = new ToolCalls(queue, provider);
  }

  /** One event's data: a chunk, or `[DONE]`. */
  take(data: string): void {
    if (this.#isOver) return;
    try {
      if (data === '[DONE]') this.#finish(this.#finishReason ?? 'stop');
      else this.#read(JSON.parse(data) as ChatChunk);
    } catch {
      // No JSON, or null where the API has an object.
      this.#fail(new UnreadableAnswerError());
    }
  }

  /** The answer's body ended; servers that send no `[DONE]` have said their finish reason by then. */
  end(): void {
    if (this.#isOver) return;
    if (this.#finishReason === undefined) this.#fail(new ClosedEarlyError());
    else this.#finish(this.#finishReason);
  }

  #read(chunk: ChatChunk): void {
    if (typeof chunk !== 'object') throw new UnreadableAnswerError();
    if (chunk.error) {
      this.#fail(chunk.error);
      return;
    }
    if (typeof chunk.model === 'string') this.#modelId ??= chunk.model;
    if (chunk.usage) this.#usage = chunk.usage;
    const choice = chunk.choices?.[0];
    if (!choice) return;
    if (choice.delta) this.#delta(choice.delta);
    if (choice.finish_reason) this.#finishReason = choice.finish_reason;
  }

  #delta(delta: ChatDelta): void {
    const { content } = delta;
    const reasoning = delta.reasoning_content ?? delta.reasoning;
    this.#say('reasoning', reasoning);
    if (typeof content === 'string') this.#say('text', content);
    else if (Array.isArray(content)) this.#contentParts(content);
    if (delta.refusal && typeof delta.refusal === 'string') {
      this.#hasRefusal = true;
      this.#say('text', delta.refusal);
    }
    if (delta.tool_calls?.length) {
      this.#close();
      for (const call of delta.tool_calls) this.#toolCalls.take(call);
    }
  }

  /** Mistral sends content as parts, thoughts among them. */
  #contentParts(parts: readonly { readonly [key: string]: unknown }[]): void {
    for (const part of parts) {
      if (part.type === 'text') this.#say('text', part.text);
      if (part.type !== 'thinking' || !Array.isArray(part.thinking)) continue;
      for (const thought of part.thinking as { text?: unknown }[]) this.#say('reasoning', thought.text);
    }
  }

  /** @param delta what the server sent as text: anything else, and the empty text, says nothing. */
  #say(type: 'text' | 'reasoning', delta: unknown): void {
    if (typeof delta !== 'string' || delta === '') return;
    if (this.#open?.type !== type) {
      this.#close();
      this.#open = { type, id: `${type}-${this.#blocks++}` };
      this.#queue.push({ type: `${type}-start`, id: this.#open.id });
    }
    this.#queue.push({ type: type === 'text' ? 'text-delta' : 'reasoning-delta', id: this.#open.id, delta });
  }

  #close(): void {
    if (this.#open) this.#queue.push({ type: `${this.#open.type}-end`, id: this.#open.id });
    this.#open = undefined;
  }

  #finish(reason: string): void {
    this.#isOver = true;
    this.#close();
    const hasCalls = this.#toolCalls.end();
    this.#queue.push({
      type: 'finish',
      reason: this.#unify(reason, hasCalls),
      usage: toUsage(this.#usage),
      ...(this.#modelId !== undefined && { modelId: this.#modelId }),
    });
  }

  #unify(reason: string, hasCalls: boolean): ModelFinish['reason'] {
    // Several servers say `stop` after a tool call.
    if (hasCalls && (reason === 'stop' || reason === 'tool_calls' || reason === 'function_call')) return 'tool-calls';
    if (reason === 'stop') return this.#hasRefusal ? 'content-filter' : 'stop';
    if (reason === 'length') return 'length';
    if (reason === 'content_filter') return 'content-filter';
    return 'other';
  }

  /** @param error thrown, or as the server put it into a chunk: an object or a text. */
  #fail(error: unknown): void {
    this.#isOver = true;
    this.#queue.fail(typeof error === 'string' ? { message: error, type: 'error' } : error);
  }
}

/** The answer is not what the API describes. */
class UnreadableAnswerError extends ClosedEarlyError {
  constructor() {
    super();
    this.message = 'the answer could not be read';
  }
}

function toUsage(usage: ChatUsage | undefined): ModelUsage {
  const counts = {
    inputTokens: usage?.prompt_tokens,
    cachedInputTokens: usage?.prompt_tokens_details?.cached_tokens,
    outputTokens: usage?.completion_tokens,
    reasoningOutputTokens: usage?.completion_tokens_details?.reasoning_tokens,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => typeof count === 'number'));
}
