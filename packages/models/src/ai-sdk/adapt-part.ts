import type { LanguageModelV4File, LanguageModelV4StreamPart, LanguageModelV4ToolCall } from '@ai-sdk/provider';
import type { JsonValue, ModelFinish, ModelUsage } from '@octavus/core';
import type { PartQueue } from '../stream/part-queue.ts';
import { ClosedEarlyError } from '../stream/stream-call.ts';

export interface PartAdapterOptions {
  /** Repairs the arguments of a call: undoes what the schema of its tool was rewritten for. */
  readonly restoreInput: ((toolName: string, input: string) => string) | undefined;
  /** As `HostedProvider.completesCutAnswers`. */
  readonly completesCutAnswers: boolean;
}

type Finish = Extract<LanguageModelV4StreamPart, { type: 'finish' }>;

/** Turns parts of the AI SDK into ours. Those that come once per token have the same shape and are passed on as they are. */
export class PartAdapter {
  readonly #queue: PartQueue;
  readonly #options: PartAdapterOptions;
  /** Arguments of each call as they came, where the library may put others in their place. */
  readonly #inputs = new Map<string, string>();
  #isRefused = false;
  /** Calls without arguments, until it is known that the answer was not cut in them. */
  readonly #unsure: ToolCall[] = [];
  #modelId: string | undefined;
  /** The answer calls a tool of ours. */
  #hasCalls = false;

  constructor(queue: PartQueue, options: PartAdapterOptions) {
    this.#queue = queue;
    this.#options = options;
  }

  take(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'tool-input-delta':
        if (part.delta !== '') this.#inputDelta(part);
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
        this.#toolCall(part);
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
      case 'raw':
        this.#refusal(part.rawValue);
        return;
      case 'finish':
        this.#finish(part);
        return;
      case 'error':
        this.#queue.fail(part.error);
        return;
      default:
        // stream-start, ping, custom, reasoning-file, tool-approval-request: nothing that a conversation shows.
        return;
    }
  }

  #inputDelta(part: InputDelta): void {
    if (this.#options.completesCutAnswers) this.#inputs.set(part.id, (this.#inputs.get(part.id) ?? '') + part.delta);
    this.#queue.push(part);
  }

  #toolCall(part: LanguageModelV4ToolCall): void {
    const { type, toolCallId, toolName, providerExecuted, providerMetadata } = part;
    if (!providerExecuted) this.#hasCalls = true;
    const isUnsure = this.#options.completesCutAnswers && part.input === '{}';
    // Arguments that are no JSON are the engine's to report.
    const written = (isUnsure && this.#inputs.get(toolCallId)?.trim()) || part.input;
    const input = this.#options.restoreInput?.(toolName, written) ?? written;
    const call = {
      type,
      toolCallId,
      toolName,
      input,
      ...(providerExecuted && { providerExecuted }),
      ...(providerMetadata && { providerMetadata }),
    } as ToolCall;
    if (isUnsure) this.#unsure.push(call);
    else this.#queue.push(call);
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

  /** Asked for of OpenRouter alone, whose library leaves out a refusal: the chunk as it came. */
  #refusal(chunk: unknown): void {
    const { choices } = (chunk ?? {}) as { choices?: { delta?: { refusal?: unknown } | null }[] | null };
    const refusal = choices?.[0]?.delta?.refusal;
    if (typeof refusal !== 'string' || refusal === '') return;
    if (!this.#isRefused) this.#queue.push({ type: 'text-start', id: refusalId });
    this.#isRefused = true;
    this.#queue.push({ type: 'text-delta', id: refusalId, delta: refusal });
  }

  #finish(part: Finish): void {
    const { unified, raw } = part.finishReason;
    // The libraries report a stream that broke off as a finish without a reason of the provider's own.
    const isSilent = raw === undefined && (unified === 'other' || this.#options.completesCutAnswers);
    const isCut = unified === 'interrupted' || isSilent;
    if (isCut) {
      this.#queue.fail(new ClosedEarlyError());
    } else if (unified === 'error') {
      this.#queue.fail({ type: raw ?? 'error', message: `The provider stopped: ${raw ?? 'error'}` });
    } else {
      for (const call of this.#unsure) this.#queue.push(call);
      if (this.#isRefused) this.#queue.push({ type: 'text-end', id: refusalId });
      this.#queue.push({
        type: 'finish',
        reason: this.#reason(unified),
        usage: toUsage(part),
        ...(this.#modelId !== undefined && { modelId: this.#modelId }),
        ...(raw === 'pause_turn' && { isPaused: true as const }),
      } satisfies ModelFinish);
    }
  }

  #reason(unified: SaidReason): ModelFinish['reason'] {
    if (unified !== 'stop' && unified !== 'other') return unified;
    // Proxies of a provider have words of their own for the end of an answer with calls.
    if (this.#hasCalls) return 'tool-calls';
    return this.#isRefused && unified === 'stop' ? 'content-filter' : unified;
  }
}

const refusalId = 'refusal';

type Pushed = Parameters<PartQueue['push']>[0];
type SaidReason = Exclude<Finish['finishReason']['unified'], 'error' | 'interrupted'>;
type InputDelta = Extract<Pushed, { type: 'tool-input-delta' }>;
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
