import type { FinishReason, JsonValue, ModelMessage } from '@octavus/core';
import { codedFailure } from '../execution/failure.ts';
import type { Run } from '../execution/run.ts';
import type { FilePart } from '../state/message.ts';
import type { CalledWorker } from '../state/position.ts';
import type { OpenCalls } from './called-workers.ts';
import { compactIfDue } from './compaction/compact.ts';
import { type FinishedStep, runStep } from './run-step.ts';
import { logThread } from './step-reader.ts';
import { readStructuredAnswer } from './structured-output.ts';
import { answerCalls, refuseCalls, resumeWorkers } from './tool-calls.ts';
import type { Turn } from './turn.ts';

export type TurnEnding =
  | ({ readonly kind: 'answered' } & Answer)
  /** Calls for the outside remain. */
  | ({ readonly kind: 'paused'; readonly cycles: number } & OpenCalls)
  | { readonly kind: 'stopped' };

interface Answer {
  /** What the last step said, with a response type its object as JSON. */
  readonly text: string;
  /** For the variable; `undefined`: it is not written. */
  readonly output: JsonValue | undefined;
  readonly finishReason: FinishReason;
}

/** How often a provider may stop in the middle of its own tools and be asked to go on (ours). */
const maxPauses = 10;

/** Where the steps begin; of a paused turn, what was before. */
export interface TurnProgress {
  /** Finished before, on earlier legs. */
  readonly cycles: number;
  /** Workers of the last step that wait. */
  readonly workers?: readonly CalledWorker[];
}

/**
 * The steps of one `next-message` (runtime-semantics.md 6.3): generate, run tools, again, until an answer without calls. After the last
 * allowed cycle one step without tools follows, so that a turn always ends in an answer.
 */
export async function runTurn(run: Run, turn: Turn, { cycles, workers = [] }: TurnProgress): Promise<TurnEnding> {
  let done = cycles;
  if (workers.length > 0) {
    const ending = endingOf(await resumeWorkers(run, turn, workers), done);
    if (ending) return ending;
  }
  let question: ModelMessage | undefined;
  let pauses = 0;
  let isInterrupted = false;
  for (;;) {
    const isRefusing = question !== undefined || done >= turn.settings.cycles;
    if ((await compactIfDue(run, turn)) === 'stopped') return { kind: 'stopped' };
    const step: FinishedStep | 'stopped' = await runStep(run, turn, {
      isRefusing,
      extra: question ? [question] : [],
      isInterrupted,
    });
    if (step === 'stopped') return { kind: 'stopped' };
    isInterrupted = step.isPaused && step.calls.length === 0 && pauses < maxPauses;
    if (isInterrupted) {
      pauses += 1;
      storeStep(run, step);
      continue;
    }
    if (step.calls.length === 0 || step.isCut) {
      const answer = finishAnswer(run, turn, step);
      if (!('question' in answer)) return { kind: 'answered', ...answer };
      if (question) throw codedFailure('INVALID_STRUCTURED_OUTPUT', { responseType: turn.responseType?.name ?? '' });
      question = answer.question;
      continue;
    }
    storeStep(run, step);
    logCalls(run, turn, step);
    done += 1;
    const ending = endingOf(await answerCalls(run, turn, step.calls), done);
    if (ending) return ending;
  }
}

/** @returns `undefined` when every call has its result: the next step follows. */
function endingOf(open: OpenCalls | 'stopped', cycles: number): TurnEnding | undefined {
  if (open === 'stopped') return { kind: 'stopped' };
  return open.pending.length > 0 ? { kind: 'paused', cycles, ...open } : undefined;
}

/** The step without calls: it is the answer, unless its structured output is wrong. */
function finishAnswer(run: Run, turn: Turn, step: FinishedStep): Answer | { readonly question: ModelMessage } {
  const { parts, finishReason } = step;
  const { text } = parts;
  const { responseType, writer, isStreaming } = turn;
  run.log({ type: 'llm-response', ...logThread(turn), response: text, ...filesOf(step) });
  const structured = responseType && readStructuredAnswer(run, responseType, step);
  const isFinal = !structured || structured.isValid || step.isCut;
  if (isFinal && !isStreaming && writer.isKept) showTexts(step);
  storeStep(run, step);
  refuseCalls(run, turn, step.calls);
  if (!structured) return { text, output: text.trim(), finishReason };
  if (structured.isValid) return { text: JSON.stringify(structured.value), output: structured.value, finishReason };
  return step.isCut ? { text, output: undefined, finishReason } : { question: structured.question };
}

/** In modes that hide the work the answer is seen all the same, and only it (9.2). */
function showTexts({ parts }: FinishedStep): void {
  for (const recorded of parts.all) {
    const { value } = recorded;
    if (value.type === 'text') recorded.amend({ visible: true });
    if (value.type === 'object') recorded.become({ ...value, visible: true });
  }
}

function storeStep(run: Run, { parts }: FinishedStep): void {
  parts.save();
  run.openStep = undefined;
}

function logCalls(run: Run, turn: Turn, step: FinishedStep): void {
  const { parts, calls } = step;
  const toolCalls = calls.map(({ id, name, input }) => ({ id, name, arguments: input }));
  run.log({ type: 'llm-tool-request', ...logThread(turn), response: parts.text, toolCalls, ...filesOf(step) });
}

/** Files the model made in a step. */
function filesOf({ parts }: FinishedStep): { readonly files?: readonly FilePart['file'][] } {
  const files = parts.all.flatMap(({ part }) => (part.type === 'file' ? [part.file] : []));
  return files.length > 0 ? { files } : {};
}
