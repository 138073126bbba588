import type { JsonValue } from '@octavus/core';
import { addFiles } from '../execution/add-files.ts';
import type { Run } from '../execution/run.ts';
import type { Flush } from '../execution/run-outputs.ts';
import type { SourcePart } from '../state/message.ts';
import type { CalledWorker, PendingCall, ToolOutcome } from '../state/position.ts';
import { cancelledCallError } from '../state/settle.ts';
import type { FoundSource, OfferedTool, ServerResult } from '../tools/offered-tool.ts';
import { refuseWorker } from '../workers/run-worker.ts';
import { boundOutput } from './bound-output.ts';
import type { StepCall } from './call-reader.ts';
import {
  type OpenCalls,
  resumeTask,
  runWorkerTasks,
  startTask,
  toWorkerCall,
  type WorkerTask,
} from './called-workers.ts';
import { logToolCall, logToolResult } from './log-calls.ts';
import { type Piece, runTogether } from './run-together.ts';
import { logThread } from './step-reader.ts';
import type { Turn } from './turn.ts';

/**
 * Answers what the server can answer of a step's calls, all at once; the step is stored (runtime-semantics.md 6.3).
 *
 * @returns the calls for the outside, in the order the model made them; `stopped` when the run was told to stop meanwhile.
 */
export async function answerCalls(run: Run, turn: Turn, calls: readonly StepCall[]): Promise<OpenCalls | 'stopped'> {
  const pending: PendingCall[] = [];
  const work: Piece[] = [];
  const workers: WorkerTask[] = [];
  for (const call of calls) {
    if (call.problem !== undefined) {
      settle(run, turn, call, { outcome: { error: call.problem } });
      if (call.workerId !== undefined)
        refuseWorker(
          run,
          toWorkerCall(turn, call, () => undefined),
          'validation_error',
        );
      continue;
    }
    logToolCall(run, turn.thread, { ...call, description: call.tool?.model.description });
    const { tool } = call;
    const settleWorker = (outcome: ToolOutcome) => settle(run, turn, call, { outcome });
    if (call.workerId !== undefined) workers.push(startTask(run, turn, { call, settle: settleWorker }));
    else if (runsHere(tool)) work.push(() => answer(run, turn, { call, tool }));
    else pending.push(toPending(turn, call));
  }
  if (workers.length === 0) {
    const ending = await runTogether(run, work);
    return ending === 'stopped' ? ending : { pending, workers: [] };
  }
  const open = await runWorkerTasks(run, workers, (flush) => runTogether(beside(run, flush), work));
  return open === 'stopped' ? open : { pending: [...pending, ...open.pending], workers: open.workers };
}

/** Calls of a step that was cut: nobody runs them, and the model reads so if the conversation goes on. */
export function refuseCalls(run: Run, turn: Turn, calls: readonly StepCall[]): void {
  for (const call of calls) {
    settle(run, turn, call, { outcome: { error: cancelledCallError } });
    if (call.workerId !== undefined)
      refuseWorker(
        run,
        toWorkerCall(turn, call, () => undefined),
        'cancelled',
      );
  }
}

/** The run as work sees it that goes on beside its workers. */
function beside(run: Run, flush: Flush): Parameters<typeof runTogether>[0] {
  return {
    flush,
    signal: run.signal,
    get stopReason() {
      return run.stopReason;
    },
  };
}

/** Lets the workers of a step go on that wait for the results of their calls. */
export function resumeWorkers(run: Run, turn: Turn, workers: readonly CalledWorker[]): Promise<OpenCalls | 'stopped'> {
  const tasks = workers.map((called) => {
    const call = { id: called.toolCallId, name: called.toolName };
    return resumeTask(run, turn, { called, settle: (outcome) => keepOutcome(run, turn, call, outcome) });
  });
  return runWorkerTasks(run, tasks);
}

/** @returns what to do when the result is there: what a call shows and stores comes in one piece. */
function answer(
  run: Run,
  turn: Turn,
  { call, tool }: { readonly call: StepCall; readonly tool: RunsHere },
): ReturnType<Piece> {
  const { id: toolCallId, input } = call;
  const { thread, isAnnounced, writer } = turn;
  const result = tool.run({ toolCallId, input, thread, isAnnounced, todos: writer.todos }, run);
  if (!(result instanceof Promise)) return () => settle(run, turn, call, result);
  return result.then((later) => () => settle(run, turn, call, later));
}

type RunsHere = OfferedTool & Required<Pick<OfferedTool, 'run'>>;

function runsHere(tool: OfferedTool | undefined): tool is RunsHere {
  return tool?.run !== undefined;
}

/** Notes that a model will see less of a result than there is; once per call (6.8). */
export function logBounded(
  run: Run,
  turn: Turn,
  call: { readonly id: string; readonly name: string },
  outcome: ToolOutcome,
): void {
  const { maxToolOutputTokens } = turn.settings;
  if ('error' in outcome || maxToolOutputTokens === undefined) return;
  const { originalChars } = boundOutput(outcome.result, maxToolOutputTokens);
  if (originalChars === undefined) return;
  run.log({
    type: 'tool-output-bounded',
    ...logThread(turn),
    toolCallId: call.id,
    toolName: call.name,
    originalChars,
    maxToolOutputTokens,
  });
}

function settle(run: Run, turn: Turn, call: StepCall, { outcome, sources = [], files = [] }: ServerResult): void {
  keepOutcome(run, turn, call, outcome);
  if (call.isShown) showOutcome(run, call, outcome);
  const { thread, writer, isStreaming } = turn;
  addSources(run, turn, { sources, isShown: call.isShown });
  if (files.length === 0) return;
  addFiles(run, {
    files: files.map((file) => ({ ...file, toolCallId: call.id })),
    thread,
    isVisible: call.part.visible,
    isAnnounced: call.isShown && isStreaming,
    append: (parts) => writer.append(parts),
  });
}

function keepOutcome(run: Run, turn: Turn, call: Pick<StepCall, 'id' | 'name'>, outcome: ToolOutcome): void {
  turn.writer.settle(call.id, outcome);
  logToolResult(run, turn.thread, call.name, outcome);
  logBounded(run, turn, call, outcome);
}

function showOutcome(run: Run, call: StepCall, outcome: ToolOutcome): void {
  if ('error' in outcome) run.event({ type: 'tool-output-error', toolCallId: call.id, error: outcome.error });
  else run.event({ type: 'tool-output-available', toolCallId: call.id, output: shownResult(call, outcome.result) });
}

/** Pages that a call found: parts of the message, and announced where the block tells of sources. */
function addSources(
  run: Run,
  { thread, writer, isStreaming }: Turn,
  { sources, isShown }: { readonly sources: readonly FoundSource[]; readonly isShown: boolean },
): void {
  const parts = sources.map((found): SourcePart => {
    const source = { sourceType: 'url' as const, id: run.nextPartId('src'), ...found };
    return { type: 'source', visible: isShown && writer.isKept, ...(thread !== 'main' && { thread }), source };
  });
  writer.append(parts);
  if (!isShown || !isStreaming) return;
  for (const { source } of parts) run.event({ type: 'source', ...source });
}

/** Modes that keep details to themselves show that there is a result, not which (stream-events.md 5.2). */
function shownResult({ part }: StepCall, result: JsonValue): JsonValue {
  const { display } = part.toolCall;
  return display === 'name' || display === 'title' ? null : result;
}

function toPending({ thread }: Turn, { id, name, input, part }: StepCall): PendingCall {
  return {
    toolCallId: id,
    toolName: name,
    args: input,
    source: 'llm',
    ...(thread !== 'main' && { thread }),
    display: part.toolCall.display ?? 'description',
    ...(part.providerMetadata && { providerMetadata: part.providerMetadata }),
  };
}
