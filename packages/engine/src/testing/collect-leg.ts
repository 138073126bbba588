import type { LogEntry, StreamEvent } from '@octavus/core';
import { isChange, isEvent, isLogRecord, type Output } from '../ports.ts';
import type { Change } from '../state/change.ts';
import { fold } from '../state/fold.ts';
import type { SessionState } from '../state/session-state.ts';
import { checkEventGrammar, type LegOptions } from './event-grammar/check-event-grammar.ts';
import type { ScriptedModels } from './scripted-models.ts';

/** Everything one leg yielded, and the state it led to. */
export interface CollectedLeg<Ending> {
  readonly batches: readonly (readonly Output[])[];
  readonly outputs: readonly Output[];
  readonly events: readonly StreamEvent[];
  readonly changes: readonly Change[];
  readonly logs: readonly LogEntry[];
  /** The state before, with the changes folded in as a store would: after a JSON round trip. */
  readonly state: SessionState;
  readonly ending: Ending;
}

export interface CollectOptions extends Omit<LegOptions, 'stepStarts'> {
  /** With it, calls are checked to have their outcomes before the next step (G5). */
  readonly models?: ScriptedModels;
  /** Sees every batch when it arrives, such as to abort the run. */
  readonly onBatch?: (batch: readonly Output[]) => void;
  /** The leg ends without a word (disconnect, lease lost): its events are not a whole leg. */
  readonly isCut?: boolean;
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
  const batches: (readonly Output[])[] = [];
  const stepStarts: number[] = [];
  let eventCount = 0;
  let calls = options.models?.calls.length ?? 0;
  let ending: Ending | undefined;
  for (;;) {
    const next = await run.next();
    if (next.done) {
      ending = next.value;
      break;
    }
    // A run yields all it has before it calls a model, so what a batch brings after a new call belongs to that call's step.
    if (options.models && options.models.calls.length > calls) {
      calls = options.models.calls.length;
      stepStarts.push(eventCount);
    }
    batches.push(next.value);
    eventCount += next.value.filter(isEvent).length;
    options.onBatch?.(next.value);
  }
  const outputs = batches.flat();
  const events = outputs.filter(isEvent);
  const { kind, isAborted } = options;
  if (!options.isCut) checkEventGrammar(events, { ...(kind && { kind }), ...(isAborted && { isAborted }), stepStarts });
  const changes = outputs.filter(isChange);
  return {
    batches,
    outputs,
    events,
    changes,
    logs: outputs.filter(isLogRecord).map((record) => record.log),
    state: changes.reduce((folded, change) => fold(folded, throughJson(change)), state),
    ending,
  };
}

/** What a store reads back of what it was given. */
export function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
