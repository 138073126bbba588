import type { JsonValue, PendingToolCall, StreamEvent } from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import type { TurnRequest } from '../runs/conversation.ts';
import { converse } from '../runs/converse.ts';
import { LocalConversation } from '../runs/local-conversation.ts';
import { replayCalls } from '../runs/recording.ts';
import { findTrigger } from '../runs/triggers.ts';
import { checkTurn, type TurnOutcome } from './check-turn.ts';
import type { AgentTest, TestTurn } from './test-file.ts';

export interface TestOptions {
  readonly findWorker: (slug: string) => AgentDefinition | undefined;
  readonly signal: AbortSignal;
}

export interface TestResult {
  /** What was not as expected; empty when the test passes. */
  readonly problems: readonly string[];
  readonly outcomes: readonly TurnOutcome[];
}

/** Runs a scripted conversation in this process, on the offline model or on what the test says the model answers. */
export async function runTest(
  definition: AgentDefinition,
  test: AgentTest,
  { findWorker, signal }: TestOptions,
): Promise<TestResult> {
  const script = test.replies && replayCalls(test.replies);
  const conversation = new LocalConversation(definition, {
    models: { offline: { pace: 'instant' } },
    findWorker,
    input: test.input,
    ...(script ? { resolve: script.resolve } : { model: 'offline/default' }),
  });
  const callTool = mockTools(test);
  const outcomes: TurnOutcome[] = [];
  for (const turn of test.turns) {
    const events: StreamEvent[] = [];
    for await (const event of converse(conversation, toRequest(definition, test, turn), { signal, callTool })) {
      events.push(event);
    }
    const { variables, resources } = conversation.state;
    outcomes.push({ events, variables, resources });
  }
  const problems = test.turns.flatMap(({ expect = {} }, index) => {
    const found = checkTurn(expect, outcomes[index]!);
    return test.turns.length === 1 ? found : found.map((problem) => `turn ${index + 1}: ${problem}`);
  });
  const unused = script?.unused() ?? 0;
  return { problems: unused > 0 ? [...problems, `${unused} replies were not asked for`] : problems, outcomes };
}

function toRequest(definition: AgentDefinition, test: AgentTest, turn: TestTurn): TurnRequest {
  if (definition.format === 'worker') return { kind: 'worker', input: { ...test.input, ...turn.input } };
  return { kind: 'trigger', triggerName: findTrigger(definition, turn.trigger).name, input: turn.input };
}

/** Each call of a tool with `results` gets the next one, the last again and again. */
function mockTools({ tools }: AgentTest) {
  const counts = new Map<string, number>();
  return async ({ toolCallId, toolName }: PendingToolCall) => {
    const answer = tools.get(toolName);
    if (!answer) throw new Error(`The test has no answer of the tool ${toolName}`);
    if ('error' in answer) throw new Error(answer.error);
    const count = counts.get(toolName) ?? 0;
    counts.set(toolName, count + 1);
    const result = 'results' in answer ? answer.results[Math.min(count, answer.results.length - 1)] : answer.result;
    return { toolCallId, toolName, result: (result ?? null) as JsonValue };
  };
}
