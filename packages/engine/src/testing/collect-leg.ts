import type { LogEntry, ModelRequest, StreamEvent } from '@octavus/core';
import { isChange, isDeferrable, isEvent, isLogRecord, type Output } from '../ports.ts';
import type { Change } from '../state/change.ts';
import { foldAll } from '../state/fold.ts';
import type { SessionState } from '../state/session-state.ts';
import { checkEventGrammar, type LegOptions } from './event-grammar/check-event-grammar.ts';

/** Everything one leg yielded, and the state it led to. */
export interface CollectedLeg<Ending> {
  readonly batches: readonly (readonly Output[])[];
  readonly outputs: readonly Output[];
  readonly events: readonly StreamEvent[];
  readonly changes: readonly Change[];
  readonly logs: readonly LogEntry[];
  /** The state before, with the changes folded in as a store would: after a JSON round trip. */
  readonly state: SessionState;
  /** `undefined` when the leg was cut. */
  readonly ending: Ending | undefined;
}

export interface CollectOptions extends Omit<LegOptions, 'stepStarts'> {
  /** With it, calls are checked to have their outcomes before the next step (G5). */
  readonly models?: { readonly calls: readonly unknown[] };
  /** Sees every batch when it arrives and how many came before it, such as to abort the run. */
  readonly onBatch?: (batch: readonly Output[], index: number) => void;
  /** The leg ends without a word (disconnect, lease lost): its events are not a whole leg. */
  readonly isSilent?: boolean;
  /** The process dies after this many batches; partial text that nobody waits for is lost with it. */
  readonly cutAfter?: number;
}

/**
 * Runs one leg to its end and checks its stream against the grammar.
 *
 * @param state what the run started from.
 */
export async function collectLeg<Ending>(
  run: AsyncGenerator<readonly Output[], Ending>,
  state: SessionState,
  options: CollectOptions = {},
): Promise<CollectedLeg<Ending>> {
  const { models, onBatch, cutAfter = Number.POSITIVE_INFINITY } = options;
  const batches: (readonly Output[])[] = [];
  const stepStarts: number[] = [];
  let eventCount = 0;
  let calls = models?.calls.length ?? 0;
  let ending: Ending | undefined;
  while (batches.length < cutAfter) {
    const next = await run.next();
    if (next.done) {
      ending = next.value;
      break;
    }
    // A run yields all it has before it calls a model, so what a batch brings after a new call belongs to that call's step.
    if (models && models.calls.length > calls) {
      if (!goesOn(models.calls.at(-1))) stepStarts.push(eventCount);
      calls = models.calls.length;
    }
    batches.push(next.value);
    eventCount += next.value.filter(isEvent).length;
    onBatch?.(next.value, batches.length - 1);
  }
  const outputs = batches.flat();
  const events = outputs.filter(isEvent);
  const isCut = ending === undefined;
  if (!isCut && !options.isSilent) checkEventGrammar(events, { ...options, stepStarts });
  const changes = isCut ? withoutDeferred(outputs.filter(isChange)) : outputs.filter(isChange);
  return {
    batches,
    outputs,
    events,
    changes,
    logs: outputs.filter(isLogRecord).map((record) => record.log),
    state: foldAll(state, changes.map(throughJson)),
    ending,
  };
}

/** A model that was interrupted in the middle of its provider's tools gets what it said, last, and goes on with the same step. */
function goesOn(call: unknown): boolean {
  const { request = call } = call as { readonly request?: unknown };
  return (request as Partial<ModelRequest>).messages?.at(-1)?.role === 'assistant';
}

/** What a store reads back of what it was given. */
export function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The changes that were surely on disk: those up to the last one that something waited for. */
function withoutDeferred(changes: readonly Change[]): readonly Change[] {
  return changes.slice(0, changes.findLastIndex((change) => !isDeferrable(change)) + 1);
}
