import type { JsonObject, ModelTool } from '@octavus/core';
import type { DisplayMode } from '@octavus/protocol';
import type { Run } from '../execution/run.ts';
import type { ToolOutcome } from '../state/position.ts';

/** A tool as one scope offers it to its model (protocol-language.md 6.1). */
export interface OfferedTool {
  /** What the model is told. */
  readonly model: ModelTool;
  /** How its calls show themselves; `hidden` also for tools that show something else instead. */
  readonly display: DisplayMode;
  /**
   * The label people read, by display mode. `undefined` for a tool whose label depends on the arguments: see `labelFor`.
   */
  readonly label: string | undefined;
  /** A label made from the arguments; such a call is announced once they are complete. */
  labelFor?(input: JsonObject): string | undefined;
  /** Checks arguments that are a JSON object. */
  check(input: JsonObject): CheckedInput;
  /** Runs the call here. Absent: it goes to the outside. */
  run?(call: ServerCall, run: Run): ToolOutcome;
}

/** A call that the server runs itself. */
export interface ServerCall {
  readonly input: JsonObject;
  readonly thread: string;
  /** The block tells of its tool calls, live. */
  readonly isAnnounced: boolean;
  /** What the turn produces is kept in the conversation. */
  readonly isKept: boolean;
}

export type CheckedInput = { readonly input: JsonObject } | { readonly problem: string };

/** The label of a mode: none for `name`, the title for `title` (the name if there is none), else the description. */
export function labelOf(
  display: DisplayMode,
  { name, title, description }: { name: string; title: string | undefined; description: string | undefined },
): string | undefined {
  if (display === 'name' || display === 'hidden') return undefined;
  return display === 'title' ? (title ?? name) : description;
}
