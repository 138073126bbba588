import { appendParts, contextOf, findOpenMessage } from '../execution/assistant-message.ts';
import type { Run } from '../execution/run.ts';
import type { ContextState } from '../state/context-state.ts';
import type { Message, Part } from '../state/message.ts';
import type { ToolOutcome } from '../state/position.ts';
import { settleCall } from '../state/settle.ts';

/** Where one part of a turn is stored: in its thread, and for people in the session's messages if the thread is a named one. */
export interface StoredPart {
  readonly places: readonly { readonly thread: string; readonly messageId: string; readonly index: number }[];
}

/** The assistant message that a `next-message` writes (runtime-semantics.md 9.3). */
export interface TurnWriter {
  /** Whether people will find the turn in the conversation. */
  readonly isKept: boolean;
  /** The turn so far. */
  readonly message: Message | undefined;
  /** The turn so far, when no message of the session holds it. */
  readonly draft: Message | undefined;
  /** What the model sees of the thread's history. */
  readonly context: ContextState | undefined;
  changeContext(fields: ContextState): void;
  append(parts: readonly Part[]): readonly StoredPart[];
  extend(stored: StoredPart, text: string, isLast: boolean): void;
  /** @returns the new place: a part that becomes visible gets a second one. */
  replace(stored: StoredPart, part: Part): StoredPart;
  settle(toolCallId: string, outcome: ToolOutcome): void;
}

export interface TurnPlace {
  readonly thread: string;
  readonly isIndependent: boolean;
  /** A hidden block. */
  readonly isHidden: boolean;
  /** Of the paused block. */
  readonly draft?: Message;
}

export function createTurnWriter(run: Run, { thread, isIndependent, isHidden, draft }: TurnPlace): TurnWriter {
  if (thread === 'main') return isIndependent ? new DraftWriter(run, draft) : new ThreadWriter(run, 'main', true);
  return new ThreadWriter(run, thread, !isHidden);
}

class ThreadWriter implements TurnWriter {
  readonly isKept: boolean;
  readonly draft = undefined;
  readonly #run: Run;
  readonly #thread: string;

  constructor(run: Run, thread: string, isKept: boolean) {
    this.#run = run;
    this.#thread = thread;
    this.isKept = isKept;
  }

  get message(): Message | undefined {
    return findOpenMessage(this.#run, this.#thread);
  }

  get context(): ContextState | undefined {
    return contextOf(this.#run.state, this.#thread);
  }

  changeContext(fields: ContextState): void {
    if (Object.keys(fields).length > 0) this.#run.change({ change: 'context-changed', thread: this.#thread, fields });
  }

  append(parts: readonly Part[]): readonly StoredPart[] {
    const thread = this.#thread;
    if (parts.length === 0) return [];
    const first = appendParts(this.#run, thread, parts);
    const shown = thread === 'main' ? [] : parts.filter((part) => part.visible);
    const firstShown = shown.length > 0 ? appendParts(this.#run, 'main', shown) : undefined;
    return parts.map((part, offset) => {
      const place = { thread, messageId: first.messageId, index: first.index + offset };
      const shownAt = shown.indexOf(part);
      if (!firstShown || shownAt < 0) return { places: [place] };
      return {
        places: [place, { thread: 'main', messageId: firstShown.messageId, index: firstShown.index + shownAt }],
      };
    });
  }

  extend({ places }: StoredPart, text: string, isLast: boolean): void {
    for (const place of places) {
      this.#run.change({ change: 'part-extended', ...place, text, ...(isLast && { isLast: true as const }) });
    }
  }

  replace({ places }: StoredPart, part: Part): StoredPart {
    for (const place of places) this.#run.change({ change: 'part-replaced', ...place, part });
    const isMissing = this.#thread !== 'main' && part.visible && places.length === 1;
    if (!isMissing) return { places };
    const { messageId, index } = appendParts(this.#run, 'main', [part]);
    return { places: [...places, { thread: 'main', messageId, index }] };
  }

  settle(toolCallId: string, outcome: ToolOutcome): void {
    this.#run.change({ change: 'tool-call-settled', toolCallId, outcome });
  }
}

/** An `independent` turn on the main thread leaves nothing but its variable: it lives in memory, and in the position while paused. */
class DraftWriter implements TurnWriter {
  readonly isKept = false;
  readonly #run: Run;
  #draft: Message | undefined;
  /** Beyond what is stored of the main thread. */
  #context: ContextState = {};

  constructor(run: Run, draft: Message | undefined) {
    this.#run = run;
    this.#draft = draft;
  }

  get message(): Message | undefined {
    return this.#draft;
  }

  get draft(): Message | undefined {
    return this.#draft;
  }

  get context(): ContextState | undefined {
    return { ...contextOf(this.#run.state, 'main'), ...this.#context };
  }

  changeContext(fields: ContextState): void {
    this.#context = { ...this.#context, ...fields };
  }

  append(parts: readonly Part[]): readonly StoredPart[] {
    const draft = this.#draft ?? this.#open();
    this.#draft = { ...draft, parts: [...draft.parts, ...parts] };
    return parts.map((_, offset) => ({
      places: [{ thread: 'main', messageId: draft.id, index: draft.parts.length + offset }],
    }));
  }

  extend({ places }: StoredPart, text: string): void {
    const part = this.#draft?.parts[places[0]!.index];
    if (part?.type === 'text' || part?.type === 'reasoning')
      this.#put(places[0]!.index, { ...part, content: part.content + text });
  }

  replace(stored: StoredPart, part: Part): StoredPart {
    this.#put(stored.places[0]!.index, part);
    return stored;
  }

  settle(toolCallId: string, outcome: ToolOutcome): void {
    if (this.#draft) this.#draft = settleCall(this.#draft, toolCallId, outcome);
  }

  #open(): Message {
    return { id: this.#run.ports.ids.message(), role: 'assistant', createdAt: this.#run.timestamp(), parts: [] };
  }

  #put(index: number, part: Part): void {
    if (this.#draft) this.#draft = { ...this.#draft, parts: this.#draft.parts.with(index, part) };
  }
}
