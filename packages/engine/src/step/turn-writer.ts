import type { TodoItem } from '@octavus/core';
import { appendParts, contextOf, findOpenMessage } from '../execution/assistant-message.ts';
import type { Run } from '../execution/run.ts';
import type { ContextState } from '../state/context-state.ts';
import type { Message, Part, TodoPart } from '../state/message.ts';
import type { ToolOutcome } from '../state/position.ts';
import { settleCall } from '../state/settle.ts';
import type { TodoList } from '../tools/offered-tool.ts';

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
  /** Of the thread; an independent turn begins with the thread's and leaves that alone. */
  readonly todos: TodoList;
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

  get todos(): TodoList {
    const { state } = this.#run;
    const thread = this.#thread;
    const current = thread === 'main' ? state.todos : (state.threads.get(thread)?.todos ?? []);
    return { current, set: (todos) => this.#setTodos(todos) };
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

  /** People see one todo part per assistant message, updated in place. */
  #setTodos(todos: readonly TodoItem[]): void {
    const run = this.#run;
    const thread = this.#thread;
    run.change({ change: 'todos-set', thread, todos });
    if (!this.isKept) return;
    const part: TodoPart = { type: 'todo', visible: true, ...(thread !== 'main' && { thread }), todos };
    const open = findOpenMessage(run, 'main');
    const index = open?.parts.findIndex((other) => other.type === 'todo' && other.thread === part.thread) ?? -1;
    if (open && index >= 0) run.change({ change: 'part-replaced', thread: 'main', messageId: open.id, index, part });
    else appendParts(run, 'main', [part]);
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

  /** Kept in the draft, so that it is there when the turn goes on after a pause. */
  get todos(): TodoList {
    const own = this.#draft?.parts.findLast((part) => part.type === 'todo');
    const set = (todos: readonly TodoItem[]) => void this.append([{ type: 'todo', visible: false, todos }]);
    return { current: own?.todos ?? this.#run.state.todos, set };
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
