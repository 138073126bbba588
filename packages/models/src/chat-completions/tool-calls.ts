import { randomUUID } from 'node:crypto';
import type { PartQueue } from '../stream/part-queue.ts';
import type { ChatToolCallDelta } from './chat-chunk.ts';

interface OpenCall {
  readonly key: number;
  id: string;
  name: string;
  input: string;
  /** Announced once its name is known. */
  isStarted: boolean;
  isEnded: boolean;
  signature?: string;
}

/** Puts the calls of one answer together. Servers number them; those that do not send each call whole. */
export class ToolCalls {
  readonly #queue: PartQueue;
  readonly #provider: string;
  readonly #calls: OpenCall[] = [];

  constructor(queue: PartQueue, provider: string) {
    this.#queue = queue;
    this.#provider = provider;
  }

  take(delta: ChatToolCallDelta): void {
    const call = this.#find(delta);
    if (!call.isStarted) {
      call.id = textOf(delta.id) || call.id;
      call.name += textOf(delta.function?.name);
    }
    call.signature ??= textOf(delta.extra_content?.google?.thought_signature) || undefined;
    const piece = argumentsText(delta.function?.arguments);
    call.input += piece;
    if (!call.isStarted && call.name !== '') {
      call.isStarted = true;
      this.#queue.push({ type: 'tool-input-start', id: call.id, toolName: call.name });
      if (call.input !== '') this.#queue.push({ type: 'tool-input-delta', id: call.id, delta: call.input });
    } else if (call.isStarted && piece !== '') {
      this.#queue.push({ type: 'tool-input-delta', id: call.id, delta: piece });
    }
  }

  /** @returns whether there was any call. */
  end(): boolean {
    for (const call of this.#calls) this.#end(call);
    return this.#calls.some((call) => call.isStarted);
  }

  #find(delta: ChatToolCallDelta): OpenCall {
    const known = this.#known(delta);
    if (known) return known;
    const last = this.#calls.at(-1);
    if (last) this.#end(last);
    const call: OpenCall = {
      key: delta.index ?? this.#calls.length,
      id: textOf(delta.id) || `call_${randomUUID().replaceAll('-', '')}`,
      name: '',
      input: '',
      isStarted: false,
      isEnded: false,
    };
    this.#calls.push(call);
    return call;
  }

  #known({ index, id, function: called }: ChatToolCallDelta): OpenCall | undefined {
    const call = index == null ? this.#calls.at(-1) : this.#calls.findLast(({ key }) => key === index);
    // Some servers number every call 0, or not at all: another id with a name is another call.
    const isAnother = call !== undefined && Boolean(id) && call.id !== id && Boolean(called?.name) && call.isStarted;
    return isAnother ? undefined : call;
  }

  #end(call: OpenCall): void {
    if (call.isEnded || !call.isStarted) return;
    call.isEnded = true;
    this.#queue.push({ type: 'tool-input-end', id: call.id });
    this.#queue.push({
      type: 'tool-call',
      toolCallId: call.id,
      toolName: call.name,
      input: call.input.trim() === '' ? '{}' : call.input,
      ...(call.signature && { providerMetadata: { [this.#provider]: { thoughtSignature: call.signature } } }),
    });
  }
}

/** What the API has as a text, empty when a server sends something else. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A few servers send the arguments as an object instead of its text. */
function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
