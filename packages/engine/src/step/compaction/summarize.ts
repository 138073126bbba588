import type { AgentDefinition } from '@octavus/protocol';
import type { Run } from '../../execution/run.ts';
import type { WorkerAgent } from '../../ports.ts';
import type { ToolOutcome } from '../../state/position.ts';
import { labelOf } from '../../tools/offered-tool.ts';
import { runSideBySide } from '../../workers/run-side-by-side.ts';
import { startWorker } from '../../workers/run-worker.ts';
import type { Turn } from '../turn.ts';
import { windowOf } from './context-window.ts';
import { slice } from './conversation-text.ts';
import { charsPerToken } from './prompt-size.ts';

/** All passes of one compaction may take so long (ours). */
const limitMs = 120_000;
/** Of the summarizer's own window (ours): the rest is for its instructions and its answer. */
const sliceShare = 0.5;
const summaryShare = 0.2;

export interface SummaryTask {
  /** Slug of the worker. */
  readonly worker: string;
  readonly previous: string;
  readonly conversation: readonly string[];
  /** Longest summary, in characters. */
  readonly maxChars: number;
}

export interface Summary {
  readonly text: string;
  readonly passes: number;
  /** Of the last pass. */
  readonly workerId: string | undefined;
  /** What is not in it, because the worker failed or took too long. */
  readonly rest: readonly string[];
}

/**
 * Has a worker fold a conversation into its summary, slice by slice, as much at a time as fits into the worker's own context window.
 * A summary that is too long is cut.
 *
 * @returns `stopped` when the run was told to stop.
 */
export async function summarize(
  run: Run,
  turn: Turn,
  { worker, previous, conversation, maxChars }: SummaryTask,
): Promise<Summary | 'stopped'> {
  const agent = await run.ports.findWorker(worker);
  const windowChars = windowOf(run, agent && modelOf(agent.definition)) * charsPerToken;
  const slices = slice(conversation, Math.floor(windowChars * sliceShare));
  const longest = Math.min(maxChars, Math.floor(windowChars * summaryShare));
  using limit = new TimeLimit(run);
  let text = previous;
  let workerId: string | undefined;
  for (const [index, piece] of slices.entries()) {
    workerId = run.ports.ids.resource();
    const input = { PREVIOUS_SUMMARY: text, CONVERSATION: piece };
    const outcome = await runPass(run, turn, { worker, agent, workerId, input, signal: limit.signal });
    if (run.stopReason) return 'stopped';
    const next = outcome && 'result' in outcome ? toText(outcome.result) : '';
    if (next === '') return { text, passes: index + 1, workerId, rest: slices.slice(index) };
    text = next.slice(0, longest).toWellFormed();
  }
  return { text, passes: slices.length, workerId, rest: [] };
}

interface Pass {
  readonly worker: string;
  readonly agent: WorkerAgent | undefined;
  readonly workerId: string;
  readonly input: { readonly PREVIOUS_SUMMARY: string; readonly CONVERSATION: string };
  readonly signal: AbortSignal;
}

/** @returns what the worker gave; `undefined` when it was cut off, or waits for somebody outside, which nobody can wait for here. */
async function runPass(
  run: Run,
  turn: Turn,
  { worker, agent, workerId, input, signal }: Pass,
): Promise<ToolOutcome | undefined> {
  const use = run.definition.workers.get(worker);
  const display = use?.display ?? 'hidden';
  const name = agent?.definition.name ?? worker;
  const description = use?.description ?? agent?.definition.description;
  let outcome: ToolOutcome | undefined;
  const call = {
    workerId,
    workerSlug: worker,
    agent,
    input,
    display,
    label: labelOf(display, { name, title: use?.title, description }),
    thread: turn.thread,
    isAnnounced: turn.isAnnounced,
    isKept: turn.writer.isKept,
    signal,
    settle: (settled: ToolOutcome) => {
      outcome = settled;
    },
  };
  const [ending] = await runSideBySide(run, [(flush) => startWorker(run, call, flush)]);
  if (ending?.kind === 'paused') ending.cancel();
  return ending?.kind === 'ended' ? outcome : undefined;
}

function toText(result: unknown): string {
  if (typeof result === 'string') return result.trim();
  return result === null || result === undefined ? '' : JSON.stringify(result);
}

/** The model a worker thinks with, where its protocol names it. */
function modelOf({ steps }: AgentDefinition): string | undefined {
  const model = steps.find((block) => block.kind === 'start-thread')?.scope.model;
  return model?.kind === 'literal' ? model.value : undefined;
}

/** Aborts its signal when the time is up, or when the run is told to stop. */
class TimeLimit implements Disposable {
  readonly signal: AbortSignal;
  readonly #done = new AbortController();

  constructor({ ports, signal }: Run) {
    const limit = new AbortController();
    this.signal = AbortSignal.any([signal, limit.signal]);
    const { signal: done } = this.#done;
    ports.clock.sleep(limitMs, done).then(() => {
      if (!done.aborted) limit.abort('abort');
    });
  }

  [Symbol.dispose](): void {
    this.#done.abort();
  }
}
