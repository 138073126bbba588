import type { BlockStartEvent, UIMessagePart, UIWorkerPart } from '@octavus/core';
import { type JsonText, visibleValue } from '../json/json-text.ts';

/**
 * The assistant's turn while it streams: what its events have built so far. Immutable; `reduceEvent` gives the next one.
 *
 * Nothing in it depends on the messages before the turn, so an event costs the same in a long chat as in a short one.
 */
export interface Turn {
  /** Id of the message it becomes. */
  readonly id: string;
  readonly main: Target;
  /** Workers that run; the events with their id go to their target. */
  readonly workers: readonly RunningWorker[];
  /** Grows with every event that publishes the message. */
  readonly revision: number;
}

/** Where the parts of the main stream, or those of one worker, are built. */
export interface Target {
  readonly parts: readonly UIMessagePart[];
  /** Blocks that are open, the current one last. */
  readonly blocks: readonly BlockStartEvent[];
  /** Text and object parts by the id of their events. */
  readonly texts: readonly OpenPart[];
  /** Where deltas of an id nobody opened go. */
  readonly openText: OpenPart | undefined;
  readonly openReasoning: number | undefined;
  readonly todo: number | undefined;
  /** JSON that is being written, by the index of its part. */
  readonly json: readonly PartJson[];
}

export interface OpenPart {
  readonly id: string;
  readonly index: number;
}

/** JSON text that shows in one field of a part. */
export interface PartJson {
  readonly index: number;
  readonly field: 'partial' | 'args' | 'input';
  readonly text: JsonText;
}

export interface RunningWorker {
  readonly workerId: string;
  /** Index of its part in the main target. */
  readonly index: number;
  readonly target: Target;
}

export function createTurn(id: string): Turn {
  return { id, main: createTarget([]), workers: [], revision: 0 };
}

export function createTarget(parts: readonly UIMessagePart[]): Target {
  return {
    parts,
    blocks: [],
    texts: [],
    openText: undefined,
    openReasoning: undefined,
    todo: undefined,
    json: [],
  };
}

export function publish(turn: Turn): Turn {
  return { ...turn, revision: turn.revision + 1 };
}

/** The parts as a message shows them. What did not change since the last call is the same object as then. */
export function partsOf(turn: Turn): UIMessagePart[] {
  const parts = visibleParts(turn.main);
  for (const worker of turn.workers) parts[worker.index] = visibleWorker(parts[worker.index] as UIWorkerPart, worker);
  return parts;
}

export function visibleParts(target: Target): UIMessagePart[] {
  const parts = [...target.parts];
  for (const json of target.json) parts[json.index] = withJson(parts[json.index] as UIMessagePart, json);
  return parts;
}

const shown = new WeakMap<object, { readonly from: UIMessagePart; readonly part: UIMessagePart }>();

/** Builds the part that a source of content shows in, unless the same part was built from the same source before. */
function once<Part extends UIMessagePart>(source: object, from: Part, build: () => Part): Part {
  const known = shown.get(source);
  if (known?.from === from) return known.part as Part;
  const part = build();
  shown.set(source, { from, part });
  return part;
}

function withJson(from: UIMessagePart, { field, text }: PartJson): UIMessagePart {
  return once(text, from, () => {
    const value = visibleValue(text);
    const isShown = field === 'partial' ? value !== undefined : isJsonObject(value);
    return isShown ? ({ ...from, [field]: value } as UIMessagePart) : from;
  });
}

function visibleWorker(from: UIWorkerPart, { target }: RunningWorker): UIWorkerPart {
  return once(target, from, () => ({ ...from, parts: visibleParts(target) as UIWorkerPart['parts'] }));
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
