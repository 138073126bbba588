import type { FileReference, JsonObject, ModelTool, TodoItem } from '@octavus/core';
import type { DisplayMode } from '@octavus/protocol';
import type { Run } from '../execution/run.ts';
import type { WorkerAgent } from '../ports.ts';
import type { SourcePart } from '../state/message.ts';
import type { ToolOutcome } from '../state/position.ts';

/** A tool as one scope offers it to its model (protocol-language.md 6.1). */
export interface OfferedTool {
  /** What the model is told. */
  readonly model: ModelTool;
  /** How its calls show themselves; `hidden` also for tools that show something else instead. */
  readonly display: DisplayMode;
  /** The label people read, by display mode. */
  readonly label: string | undefined;
  /** Mode and label of a call where they depend on its arguments; such a call is announced once they are complete. */
  present?(input: JsonObject): PresentedCall;
  /** Checks arguments that are a JSON object. */
  check(input: JsonObject): CheckedInput;
  /** Runs the call here. Absent: it goes to the outside. Never rejects for what the call is about: that is an error outcome. */
  run?(call: ServerCall, run: Run): ServerResult | Promise<ServerResult>;
  /** Set when a call runs a worker. */
  readonly worker?: OfferedWorker;
}

export interface OfferedWorker {
  readonly slug: string;
  /** `undefined`: the project has none of that slug. */
  readonly agent: WorkerAgent | undefined;
  /** How a run of it shows itself. */
  readonly display: DisplayMode;
  readonly label: string | undefined;
}

export interface PresentedCall {
  readonly display: DisplayMode;
  readonly label: string | undefined;
}

/** The todo list that a turn's model sees and changes. */
export interface TodoList {
  readonly current: readonly TodoItem[];
  set(todos: readonly TodoItem[]): void;
}

/** A call that the server runs itself. */
export interface ServerCall {
  readonly toolCallId: string;
  readonly input: JsonObject;
  readonly thread: string;
  /** The block tells of its tool calls, live. */
  readonly isAnnounced: boolean;
  /** Of the turn. */
  readonly todos: TodoList;
}

/** What a server-run call gives: its outcome, and what people see beside it. */
export interface ServerResult {
  readonly outcome: ToolOutcome;
  /** Their ids are given when they are announced. */
  readonly sources?: readonly FoundSource[];
  /** Files the call made, stored already. */
  readonly files?: readonly FileReference[];
}

export type FoundSource = Omit<Extract<SourcePart['source'], { sourceType: 'url' }>, 'id' | 'sourceType'>;

export type CheckedInput = { readonly input: JsonObject } | { readonly problem: string };

/** The label of a mode: none for `name`, the title for `title` (the name if there is none), else the description. */
export function labelOf(
  display: DisplayMode,
  { name, title, description }: { name: string; title: string | undefined; description: string | undefined },
): string | undefined {
  if (display === 'name' || display === 'hidden') return undefined;
  return display === 'title' ? (title ?? name) : description;
}
