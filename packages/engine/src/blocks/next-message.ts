import type { NextMessageBlock } from '@octavus/protocol';
import { sendText, startBlock } from '../execution/announce.ts';
import { protocolFailure } from '../execution/failure.ts';
import type { Run } from '../execution/run.ts';
import type { NextMessagePosition } from '../state/position.ts';
import { logToolResult } from '../step/log-calls.ts';
import { runTurn, type TurnEnding } from '../step/run-turn.ts';
import { renderSystem } from '../step/system-prompt.ts';
import { logBounded } from '../step/tool-calls.ts';
import type { Turn } from '../step/turn.ts';
import { createTurnWriter } from '../step/turn-writer.ts';
import { connectEagerServers } from '../tools/eager-servers.ts';
import { offerTools } from '../tools/offer-tools.ts';
import { offerWorkers } from '../tools/offer-workers.ts';
import { offerProviderTools } from '../tools/provider-tools.ts';
import { assignOutput } from '../values/assign-output.ts';
import { resolveSettings } from '../values/resolve-settings.ts';
import { agentScope } from '../values/scope.ts';
import { addResultFiles } from './result-files.ts';
import type { BlockEnding, BlockRunner, Resumption } from './runner.ts';

/** Generates on a thread until there is an answer (runtime-semantics.md 5.3). */
export const nextMessage: BlockRunner<'next-message'> = {
  async run(block, run) {
    announce(block, run);
    const turn = await openTurn(block, run, startOf(block, run));
    connectEagerServers(run, turn);
    return finishTurn(run, turn, await runTurn(run, turn, { cycles: 0 }));
  },

  async resume(block, run, resumption) {
    const position = resumption.position.block as NextMessagePosition;
    announce(block, run);
    const turn = await openTurn(block, run, position);
    takeResults(run, turn, resumption);
    return finishTurn(run, turn, await runTurn(run, turn, position));
  },
};

type TurnStart = Pick<NextMessagePosition, 'system' | 'settings' | 'draft'>;

function announce(block: NextMessageBlock, run: Run): void {
  startBlock(run, block, { outputToChat: !block.isIndependent, thread: block.thread });
}

/** Settings and system prompt, fixed from here on for all steps and legs of the block. */
function startOf({ thread }: NextMessageBlock, run: Run): TurnStart {
  return thread === 'main' && !run.worker ? startOnMain(run) : startOnThread(run, thread);
}

function startOnMain(run: Run): TurnStart {
  const { definition, state } = run;
  const { agent } = definition;
  if (!agent) throw protocolFailure('this agent has no main thread');
  const scope = agentScope({ definition, state });
  const settings = resolveSettings(agent, scope);
  const system = renderSystem(run, agent.system, settings, scope);
  logMainPrompt(run, system);
  return { settings, system: system === '' ? [] : [system] };
}

/** The main thread has no block that starts it: its prompt is noted when an execution first renders it (section 17). */
function logMainPrompt(run: Run, systemPrompt: string): void {
  if (run.hasLoggedMainPrompt) return;
  run.hasLoggedMainPrompt = true;
  run.log({ type: 'thread-created', systemPrompt });
}

function startOnThread(run: Run, name: string): TurnStart {
  const thread = run.state.threads.get(name);
  if (!thread) throw protocolFailure(`the thread "${name}" was never started`);
  return { settings: thread.settings, system: thread.system === undefined ? [] : [thread.system] };
}

async function openTurn(block: NextMessageBlock, run: Run, { settings, system, draft }: TurnStart): Promise<Turn> {
  const { thread, isIndependent, display } = block;
  const { definition } = run;
  const { dynamicTools } = run.execution;
  const workers = await offerWorkers(run, settings.workers);
  const isHidden = display === 'hidden';
  return {
    block,
    thread,
    settings,
    system,
    writer: createTurnWriter(run, { thread, isIndependent, isHidden, ...(draft && { draft }) }),
    tools: offerTools({ definition, settings, dynamicTools, workers, media: run.ports.media }),
    providerTools: offerProviderTools(settings),
    responseType: block.responseType,
    isStreaming: display === 'stream',
    isAnnounced: !isHidden,
    contextManagement: run.worker ? undefined : definition.agent?.contextManagement,
    progress: { hasSummarizerFailed: false, files: new Map() },
  };
}

/** The results are on their calls already; what people and the log get of them follows. */
function takeResults(run: Run, turn: Turn, { pending, results }: Resumption): void {
  for (const { toolCallId, outcome, files } of results) {
    const call = pending.find((other) => other.toolCallId === toolCallId);
    // Workers take the results of their own calls.
    if (!call || (call.workerId !== undefined && call.workerId !== run.worker?.workerId)) continue;
    if (turn.writer.draft) turn.writer.settle(toolCallId, outcome);
    logToolResult(run, turn.thread, call.toolName, outcome);
    logBounded(run, turn, { id: call.toolCallId, name: call.toolName }, outcome);
    if (!files) continue;
    const { thread, isAnnounced, isStreaming, writer } = turn;
    addResultFiles(run, {
      call,
      files,
      thread,
      isAnnounced: isAnnounced && isStreaming,
      append: (parts) => writer.append(parts),
      isKept: writer.isKept,
    });
  }
}

function finishTurn(run: Run, turn: Turn, ending: TurnEnding): BlockEnding {
  switch (ending.kind) {
    case 'stopped':
      return 'stopped';
    case 'paused': {
      const { settings, system, writer } = turn;
      const { pending, cycles, workers } = ending;
      const { draft } = writer;
      const waiting = workers.length > 0 ? { workers } : {};
      const position = { kind: 'next-message' as const, cycles, system, settings, ...waiting };
      return { position: { ...position, ...(draft && { draft }) }, pending };
    }
    case 'answered':
      showAnswer(run, turn, ending.text);
      if (ending.output !== undefined) assignOutput(run, turn.block.output, ending.output);
      if (turn.thread === 'main') run.finishReason = ending.finishReason;
      return 'done';
  }
}

/** Modes that hide the work send the answer in one piece, where it is part of the conversation (stream-events.md 5.1). */
function showAnswer(run: Run, { isStreaming, writer, thread, isAnnounced, responseType }: Turn, text: string): void {
  const isShown = !isStreaming && writer.isKept && (isAnnounced || thread === 'main');
  if (isShown && text.trim() !== '') sendText(run, text, responseType?.name);
}
