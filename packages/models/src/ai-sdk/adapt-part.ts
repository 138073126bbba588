import type { LanguageModelV4File, LanguageModelV4StreamPart, LanguageModelV4ToolCall } from '@ai-sdk/provider';
import type { JsonValue, ModelFinish, ModelUsage } from '@octavus/core';
import type { PartQueue } from '../stream/part-queue.ts';
import { ClosedEarlyError } from '../stream/stream-call.ts';

/** Repairs the arguments of a call: undoes what the schema of its tool was rewritten for. */
export type RestoreInput = (toolName: string, input: string) => string;

type Finish = Extract<LanguageModelV4StreamPart, { type: 'finish' }>;

/** Turns parts of the AI SDK into ours. Those that come once per token have the same shape and are passed on as they are. */
export class PartAdapter {
  readonly #queue: PartQueue;
  readonly #restoreInput: RestoreInput | undefined;
  #modelId: string | undefined;
  /** The answer calls a tool of ours. */
  #hasCalls = false;

  constructor(queue: PartQueue, restoreInput?: RestoreInput) {
    this.#queue = queue;
    this.#restoreInput = restoreInput;
  }

  take(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'tool-input-delta':
        if (part.delta !== '') this.#queue.push(part);
        return;
      case 'text-delta':
      case 'reasoning-delta':
        // Anthropic and Google send the signature of what was said as metadata of an empty delta.
        if (part.delta !== '' || part.providerMetadata !== undefined) this.#queue.push(part as SignedDelta);
        return;
      case 'text-start':
      case 'text-end':
      case 'reasoning-start':
      case 'reasoning-end':
        this.#queue.push(part as TextEdge);
        return;
      case 'tool-input-start':
      case 'tool-input-end':
      case 'source':
        this.#queue.push(part);
        return;
      case 'tool-call':
        this.#queue.push(this.#toolCall(part));
        return;
      case 'tool-result':
        this.#queue.push({ ...part, result: part.result as JsonValue } as ToolResult);
        return;
      case 'file':
        this.#file(part);
        return;
      case 'response-metadata':
        this.#modelId = part.modelId ?? this.#modelId;
        return;
      case 'finish':
        this.#finish(part);
        return;
      case 'error':
        this.#queue.fail(part.error);
        return;
      default:
        // stream-start, ping, raw, custom, reasoning-file, tool-approval-request: nothing that a conversation shows.
        return;
    }
  }

  #toolCall(part: LanguageModelV4ToolCall): ToolCall {
    const { type, toolCallId, toolName, providerExecuted, providerMetadata } = part;
    if (!providerExecuted) this.#hasCalls = true;
    const input = this.#restoreInput?.(toolName, part.input) ?? part.input;
    return {
      type,
      toolCallId,
      toolName,
      input,
      ...(providerExecuted && { providerExecuted }),
      ...(providerMetadata && { providerMetadata }),
    } as ToolCall;
  }

  #file(part: LanguageModelV4File): void {
    if (part.data.type === 'url') {
      const url = part.data.url.toString();
      this.#queue.push({ type: 'source', sourceType: 'url', id: url, url, title: part.mediaType });
      return;
    }
    const { data } = part.data;
    const bytes = typeof data === 'string' ? new Uint8Array(Buffer.from(data, 'base64')) : data;
    const { mediaType, providerMetadata } = part;
    this.#queue.push({
      type: 'file',
      mediaType,
      bytes,
      ...(providerMetadata && { providerMetadata }),
    } as GeneratedFile);
  }

  #finish(part: Finish): void {
    const { unified, raw } = part.finishReason;
    // The libraries report a stream that broke off as a finish without a reason of the provider's own.
    const isCut = unified === 'interrupted' || (unified === 'other' && raw === undefined);
    if (isCut) {
      this.#queue.fail(new ClosedEarlyError());
    } else if (unified === 'error') {
      this.#queue.fail({ type: raw ?? 'error', message: `The provider stopped: ${raw ?? 'error'}` });
    } else {
      this.#queue.push({
        type: 'finish',
        // Proxies of a provider have words of their own for this.
        reason: this.#hasCalls && (unified === 'stop' || unified === 'other') ? 'tool-calls' : unified,
        usage: toUsage(part),
        ...(this.#modelId !== undefined && { modelId: this.#modelId }),
        ...(raw === 'pause_turn' && { isPaused: true as const }),
      } satisfies ModelFinish);
    }
  }
}

type Pushed = Parameters<PartQueue['push']>[0];
type ToolCall = Extract<Pushed, { type: 'tool-call' }>;
type GeneratedFile = Extract<Pushed, { type: 'file' }>;
type ToolResult = Extract<Pushed, { type: 'tool-result' }>;
type SignedDelta = Extract<Pushed, { type: 'text-delta' | 'reasoning-delta' }>;
type TextEdge = Extract<Pushed, { type: 'text-start' | 'text-end' | 'reasoning-start' | 'reasoning-end' }>;

function toUsage({ usage }: Finish): ModelUsage {
  const counts = {
    inputTokens: usage.inputTokens.total,
    cachedInputTokens: usage.inputTokens.cacheRead,
    cachedWriteTokens: usage.inputTokens.cacheWrite,
    outputTokens: usage.outputTokens.total,
    reasoningOutputTokens: usage.outputTokens.reasoning,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));
}
