import { threadForPart, type UIMessagePart } from '@octavus/core';
import { appendJson, emptyJson } from '../json/json-text.ts';
import { replaceAt } from './list.ts';
import { type PartJson, publish, type Target, type Turn, visibleParts } from './turn.ts';

/** An event that may belong to a worker. */
interface Addressed {
  readonly workerId?: string;
}

/** Changes the target that an event belongs to: the running worker's, else the main one. The same target means no change. */
export function inTarget(turn: Turn, event: Addressed, change: (target: Target, isWorker: boolean) => Target): Turn {
  const at = event.workerId === undefined ? -1 : turn.workers.findIndex(({ workerId }) => workerId === event.workerId);
  const worker = turn.workers[at];
  if (!worker) return withMain(turn, change(turn.main, false));
  const target = change(worker.target, true);
  return target === worker.target ? turn : { ...turn, workers: replaceAt(turn.workers, at, { ...worker, target }) };
}

/** The same, and the message is published whatever changed. */
export function publishInTarget(
  turn: Turn,
  event: Addressed,
  change: (target: Target, isWorker: boolean) => Target,
): Turn {
  return publish(inTarget(turn, event, change));
}

export function withMain(turn: Turn, main: Target): Turn {
  return main === turn.main ? turn : { ...turn, main };
}

/** Adds a part of the current block's thread. */
export function addPart(target: Target, part: UIMessagePart): Target {
  return { ...target, parts: [...target.parts, inThread(part, currentThread(target))] };
}

export function inThread<Part extends UIMessagePart>(part: Part, thread: string | undefined): Part {
  return thread === undefined ? part : { ...part, thread };
}

/** `undefined` for the main thread. */
export function currentThread(target: Target): string | undefined {
  return threadForPart(target.blocks.at(-1)?.thread);
}

/** Replaces the part at an index, which is of the given type, by one with other fields. */
export function changePart<Type extends UIMessagePart['type']>(
  target: Target,
  index: number,
  type: Type,
  change: (part: Extract<UIMessagePart, { type: Type }>) => Partial<Extract<UIMessagePart, { type: Type }>>,
): Target {
  const part = target.parts[index];
  if (part?.type !== type) return target;
  const typed = part as Extract<UIMessagePart, { type: Type }>;
  return { ...target, parts: replaceAt(target.parts, index, { ...typed, ...change(typed) }) };
}

/** Appends to the JSON of a part. */
export function addJson(target: Target, { index, field }: Omit<PartJson, 'text'>, delta: string): Target {
  const at = target.json.findIndex((json) => json.index === index);
  const text = appendJson(target.json[at]?.text ?? emptyJson, delta);
  const json = { index, field, text };
  return { ...target, json: at === -1 ? [...target.json, json] : replaceAt(target.json, at, json) };
}

/** The JSON of a part, as far as it came. */
export function jsonOf(target: Target, index: number): PartJson['text'] {
  return target.json.find((json) => json.index === index)?.text ?? emptyJson;
}

/** The JSON of a part is complete or given up: what it shows becomes the part's own. */
export function settleJson(target: Target, index: number): Target {
  if (!target.json.some((json) => json.index === index)) return target;
  const part = visibleParts(target)[index] as UIMessagePart;
  const json = target.json.filter((other) => other.index !== index);
  return { ...target, parts: replaceAt(target.parts, index, part), json };
}
