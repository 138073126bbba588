import type { UIMessage } from '@octavus/core';
import { partsOf, type Turn } from './reduce/turn.ts';

/**
 * The messages of a chat: those that are complete, and the one that is being built. The array that people see is made when it
 * is asked for and kept until something changes, so an event costs the same however many messages there are.
 */
export class MessageList {
  #complete: UIMessage[];
  #live: { readonly turn: Turn; readonly createdAt: Date } | undefined;
  #all: UIMessage[] | undefined;

  constructor(messages: readonly UIMessage[]) {
    this.#complete = messages.map(withDate);
  }

  get all(): UIMessage[] {
    this.#all ??= this.#live ? [...this.#complete, liveMessage(this.#live)] : [...this.#complete];
    return this.#all;
  }

  /** Of the complete messages. */
  get length(): number {
    return this.#complete.length;
  }

  get lastId(): string | undefined {
    return this.#complete.at(-1)?.id;
  }

  append(message: UIMessage): void {
    this.#complete.push(message);
    this.#all = undefined;
  }

  /** Keeps the first messages. */
  cut(count: number): void {
    this.#complete.length = Math.min(count, this.#complete.length);
    this.#all = undefined;
  }

  /** Shows a turn as the last message, in place of what it was before. */
  show(turn: Turn, createdAt: Date): void {
    this.#live = { turn, createdAt };
    this.#all = undefined;
  }

  /** The turn that is shown becomes this message, or goes away. */
  settle(message: UIMessage | undefined): void {
    if (!this.#live && !message) return;
    this.#live = undefined;
    this.#all = undefined;
    if (message) this.#complete.push(message);
  }

  /** Other messages; when the last one is the turn that is shown, it goes on. */
  replace(messages: readonly UIMessage[]): void {
    this.#complete = messages.map(withDate);
    this.#all = undefined;
    if (this.#live && this.lastId === this.#live.turn.id) this.#complete.pop();
    else this.#live = undefined;
  }
}

function liveMessage({ turn, createdAt }: { readonly turn: Turn; readonly createdAt: Date }): UIMessage {
  return { id: turn.id, role: 'assistant', parts: partsOf(turn), status: 'streaming', createdAt };
}

function withDate(message: UIMessage): UIMessage {
  return message.createdAt instanceof Date ? message : { ...message, createdAt: new Date(message.createdAt) };
}
