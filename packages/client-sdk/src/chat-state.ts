import type { FinishReason, OctavusError, UIMessage, UIMessagePart } from '@octavus/core';
import type { ChatStatus } from './chat-options.ts';
import type { InteractiveTool } from './client-tools.ts';
import { MessageList } from './message-list.ts';
import { Notifier } from './notifier.ts';
import type { Turn } from './reduce/turn.ts';
import type { Run } from './run.ts';

export interface StatusChange {
  readonly status: ChatStatus;
  /** Default: the error stays as it is. */
  readonly error?: OctavusError | null;
}

/** What a chat shows, and who is told when it changes. Whatever it hands out is never changed, only replaced. */
export class ChatState {
  readonly list: MessageList;
  readonly notifier: Notifier;
  lastFinishReason: FinishReason | undefined;
  #status: ChatStatus = 'idle';
  #error: OctavusError | null = null;
  #pendingClientTools: Record<string, InteractiveTool[]> = {};

  constructor(initialMessages: readonly UIMessage[], throttleMs: () => number) {
    this.list = new MessageList(initialMessages);
    this.notifier = new Notifier(throttleMs);
  }

  get status(): ChatStatus {
    return this.#status;
  }

  get error(): OctavusError | null {
    return this.#error;
  }

  get pendingClientTools(): Record<string, InteractiveTool[]> {
    return this.#pendingClientTools;
  }

  /** A run is under way, or waits for a person. */
  get isActive(): boolean {
    return this.#status === 'streaming' || this.#status === 'awaiting-input';
  }

  change({ status, error = this.#error }: StatusChange): void {
    this.#status = status;
    this.#error = error;
    this.notifier.notify();
  }

  /**
   * The run has come to this turn; the message shows it when the turn says so.
   *
   * @param options.isPiece told with other pieces, where the chat throttles them.
   * @returns whether listeners were told.
   */
  advance(run: Run, turn: Turn, { isPiece }: { readonly isPiece: boolean }): boolean {
    const isPublished = turn.revision !== run.turn.revision;
    run.turn = turn;
    if (!isPublished) return false;
    run.createdAt ??= new Date();
    this.list.show(turn, run.createdAt);
    if (isPiece) this.notifier.notifyOfDelta();
    else this.notifier.notify();
    return true;
  }

  /** The run's turn becomes a message of these parts, unless nothing came of it. Tells nobody. */
  settle({ turn, createdAt = new Date() }: Run, parts: UIMessagePart[]): void {
    const message: UIMessage = { id: turn.id, role: 'assistant', parts, status: 'done', createdAt };
    this.list.settle(parts.length > 0 ? message : undefined);
  }

  /** Gives the pending tools a new identity when there are others than before. Tells nobody. */
  listPending(pending: readonly InteractiveTool[]): void {
    const known = Object.values(this.#pendingClientTools).flat();
    if (pending.length === known.length && pending.every((tool) => known.includes(tool))) return;
    const byName = new Map<string, InteractiveTool[]>();
    for (const tool of pending) byName.set(tool.toolName, [...(byName.get(tool.toolName) ?? []), tool]);
    // Defines properties, so that no name of a tool means anything to the object itself.
    this.#pendingClientTools = Object.fromEntries(byName);
  }
}
