import {
  chatMessageSchema,
  type JsonValue,
  restoreMessagesSchema,
  type StreamEvent,
  type UIMessageJson,
  uiMessageJsonSchema,
} from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromUiMessages, replayTurn, type TriggerFields, toChatMessages, toUiMessages } from '../src/index.ts';
import { isChange, isEvent, type Output, type StopReason } from '../src/ports.ts';
import { fold } from '../src/state/fold.ts';
import type { Message } from '../src/state/message.ts';
import type { CallResult } from '../src/state/position.ts';
import { openSession, type SessionState } from '../src/state/session-state.ts';
import { Conversation, checkEventGrammar, type Leg, type MemoryPorts, memoryPorts } from '../src/testing/index.ts';
import { anyUiMessages } from './any-ui-messages.ts';
import { type RandomModels, randomModels } from './random-models.ts';
import { painter, richAgent, richWorkers } from './rich-agent.ts';

interface Driven {
  readonly conversation: Conversation;
  readonly models: RandomModels;
  readonly ports: MemoryPorts;
}

function open(seed: number, canFail: boolean): Driven {
  return drive({ seed, canFail }, richAgent, { NAME: 'Ada' });
}

function drive(
  options: Parameters<typeof randomModels>[0],
  definition: AgentDefinition,
  input: { readonly [name: string]: JsonValue },
): Driven {
  const models = randomModels(options);
  const ports = memoryPorts({ models, workers: richWorkers });
  return { models, ports, conversation: new Conversation({ definition, ports, models, input }) };
}

const triggers = fc.oneof(
  fc.record({
    triggerName: fc.constantFrom('user-message', 'advise'),
    input: fc.record({ MESSAGE: fc.constantFrom('Is it dying?', '{{SLOT}}', '🌱') }),
  }),
  fc.record({ triggerName: fc.constantFrom('book', 'summarise', 'quiet', 'delegate'), input: fc.constant({}) }),
);
const reasons = fc.constantFrom<StopReason>('disconnect', 'abort', 'shutdown', 'lease-lost');
const fate = fc.option(
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({ stop: fc.record({ afterBatches: fc.integer({ min: 1, max: 12 }), reason: reasons }) }),
    },
    { weight: 1, arbitrary: fc.record({ killAfterBatches: fc.integer({ min: 1, max: 12 }) }) },
  ),
  { nil: {}, freq: 3 },
);
const results = fc.array(
  fc.oneof(
    fc.record({ result: fc.jsonValue({ maxDepth: 1 }).map((value) => value as JsonValue) }),
    fc.record({ error: fc.constantFrom('down', '') }),
    fc.record({
      result: fc.constant('made'),
      files: fc.constant([{ id: 'f1', mediaType: 'image/png', url: 'https://a.example/f1' }]),
    }),
    fc.constant('nothing' as const),
  ),
  { maxLength: 4 },
);
const rollback = fc.constantFrom('none', 'everything', 'middle', 'unknown');

type Action = { kind: 'trigger'; trigger: Trigger; rollback: string; fate: Fate } | Continue | { kind: 'stop-waiting' };
interface Continue {
  kind: 'continue';
  results: Results;
  fate: Fate;
}
type Trigger = typeof triggers extends fc.Arbitrary<infer T> ? T : never;
type Fate = Parameters<Conversation['continue']>[1];
type Results = typeof results extends fc.Arbitrary<infer T> ? T : never;

const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('trigger' as const), trigger: triggers, rollback, fate }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('continue' as const), results, fate }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'stop-waiting' as const }) },
  ),
  { minLength: 1, maxLength: 8 },
);

describe('a session that is driven at random', () => {
  test('[sse.grammar.legs] [rt.context.unanswered] [sse.clients.final-finish] keeps to the grammar, gives models valid contexts, and leaves nothing open', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), actions, async (seed, list) => {
        const driven = open(seed, true);
        for (const action of list) await act(driven, action);
        expect(driven.models.problems).toEqual([]);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe('a worker on its own that is driven at random', () => {
  test('keeps to the grammar and can be continued or sent again until it ends', async () => {
    const steps = fc.array(fc.record({ kind: fc.constant('continue' as const), results, fate }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.nat(), fate, steps, async (seed, first, list) => {
        const { conversation, models } = drive({ seed, canFail: true }, painter, { THEME: 'sea' });
        const settle = (leg: Leg | undefined, before: SessionState) => {
          if (!leg) return;
          checkDurableBeforeVisible(leg, before);
          if (conversation.state.execution?.status === 'running') conversation.end('interrupted');
          checkStatus(leg, conversation.state);
          checkRest(conversation.state);
        };
        let before = conversation.state;
        settle(await conversation.execute(first ?? {}), before);
        for (const action of list) {
          before = conversation.state;
          settle(await resume(conversation, action), before);
        }
        expect(models.problems).toEqual([]);
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});

async function act({ conversation }: Driven, action: Action): Promise<void> {
  const before = conversation.state;
  if (action.kind === 'stop-waiting') {
    if (before.execution?.status === 'waiting') conversation.end('aborted');
    checkRest(conversation.state);
    return;
  }
  const leg = action.kind === 'trigger' ? await fire(conversation, action) : await resume(conversation, action);
  if (!leg) return;
  checkDurableBeforeVisible(leg, before);
  if (conversation.state.execution?.status === 'running') conversation.end('interrupted');
  checkStatus(leg, conversation.state);
  checkRest(conversation.state);
}

function fire(conversation: Conversation, action: Extract<Action, { kind: 'trigger' }>): Promise<Leg> {
  const { messages } = conversation.state;
  const anchors: Record<string, string | null | undefined> = {
    none: undefined,
    everything: null,
    middle: messages[Math.floor(messages.length / 2)]?.id,
    unknown: 'made-up',
  };
  const anchor = anchors[action.rollback];
  return conversation.trigger(action.trigger, {
    ...action.fate,
    ...(anchor !== undefined && { rollbackAfterMessageId: anchor }),
  });
}

/** Answers what waits, or sends the last answers again when their leg broke off. */
async function resume(conversation: Conversation, action: Continue): Promise<Leg | undefined> {
  const { execution } = conversation.state;
  if (!execution) return undefined;
  const asked = execution.status === 'waiting' ? execution.pending : (execution.legStart?.pending ?? []);
  const isResumable = execution.status === 'waiting' || execution.legStart !== undefined;
  if (asked.length === 0 || !isResumable) return undefined;
  const first = execution.status === 'waiting' ? undefined : execution.legStart?.outcomes;
  const toolResults = asked.flatMap(({ toolCallId }, index) => {
    const given = action.results[index] ?? { result: null };
    // A broken leg is repeated for results of the same calls only.
    const result = first && given === 'nothing' ? { result: null } : given;
    return result === 'nothing' || isUnanswered(first?.[index]) ? [] : [{ toolCallId, ...result }];
  });
  if (toolResults.length === 0) toolResults.push({ toolCallId: asked[0]!.toolCallId, result: 1 });
  return conversation.continue({ executionId: execution.executionId, toolResults }, action.fate);
}

function isUnanswered(first: CallResult | undefined): boolean {
  return first !== undefined && 'error' in first.outcome && first.outcome.error === 'No result was provided.';
}

/** What an event reports is in a change before it (runtime-semantics.md 11). */
function checkDurableBeforeVisible(leg: Leg, before: SessionState): void {
  let state = before;
  for (const output of leg.outputs) {
    if (isChange(output)) state = fold(state, output);
    if (isEvent(output)) checkReported(output, state);
  }
}

function checkReported(event: StreamEvent, state: SessionState): void {
  const { execution } = state;
  switch (event.type) {
    case 'start':
      expect(execution).toMatchObject({ executionId: event.executionId, status: 'running' });
      return;
    case 'tool-request':
      expect(execution?.status).toBe('waiting');
      expect(execution?.pending.map((call) => call.toolCallId)).toEqual(event.toolCalls.map((call) => call.toolCallId));
      return;
    case 'finish':
      if (event.finishReason !== 'tool-calls') expect(execution?.status).toMatch(/completed|aborted/);
      return;
    case 'error':
      expect(execution?.status).toMatch(/failed|aborted/);
      return;
    case 'resource-update':
      expect(state.resources[event.name]).toEqual(event.value);
      return;
    case 'worker-result':
      expect(state.workers.get(event.workerId)?.state.execution?.status).not.toBe('waiting');
      return;
    case 'block-end':
      for (const message of ownMessages(state)) expect(message.parts.some(isOpenText)).toBe(false);
      return;
    default:
  }
}

function ownMessages(state: SessionState): readonly Message[] {
  return state.messages.filter((message) => message.executionId === state.execution?.executionId);
}

function isOpenText(part: Message['parts'][number]): boolean {
  return 'isOpen' in part && part.isOpen === true;
}

function checkStatus({ ending, events }: Leg, { execution }: SessionState): void {
  const statuses = { completed: 'completed', paused: 'waiting', failed: 'failed', aborted: 'aborted' } as const;
  if (!ending || events.length === 0) return;
  const isLost = ending.ending === 'aborted' && execution?.status === 'interrupted';
  if (!isLost) expect(execution?.status).toBe(statuses[ending.ending]);
}

/** What holds of every session on which nothing runs. */
function checkRest(state: SessionState): void {
  for (const message of toUiMessages(state)) uiMessageJsonSchema.parse(message);
  for (const message of toChatMessages(state)) chatMessageSchema.parse(message);
  expect(new Set(state.messages.map(({ id }) => id)).size).toBe(state.messages.length);
  const waiting = state.execution?.status === 'waiting' ? state.execution.executionId : undefined;
  if (waiting === undefined) expect(state.workers.size).toBe(0);
  const lists = [state.messages, ...[...state.threads.values()].map((thread) => thread.messages)];
  for (const message of lists.flat()) {
    if (message.executionId === waiting && waiting !== undefined) continue;
    expect(message.isOpen).toBeUndefined();
    for (const part of message.parts) {
      expect(isOpenText(part)).toBe(false);
      if (part.type === 'worker') expect(part.worker.isOpen).toBeUndefined();
      if (part.type === 'tool-call') expect(part.toolCall.status).toMatch(/available|error/);
    }
  }
}

describe('what people saw live is what they see after a refresh', () => {
  test('[rt.part.display] [proto.trigger.one-message] for the texts of every completed turn', async () => {
    await fc.assert(
      // Structured output is apart: a first answer that does not fit is streamed, and hidden once a better one follows.
      fc.asyncProperty(fc.nat(), triggers, async (seed, trigger) => {
        fc.pre(trigger.triggerName !== 'advise');
        const { conversation } = open(seed, false);
        const events: StreamEvent[] = [];
        for (const leg of await runTurn(conversation, trigger)) events.push(...leg.events);
        if (conversation.state.execution?.status !== 'completed') return;
        expect(words(textsShown(conversation.state))).toEqual(words(textsStreamed(events)));
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});

async function runTurn(conversation: Conversation, trigger: TriggerFields): Promise<readonly Leg[]> {
  const legs = [await conversation.trigger(trigger)];
  while (conversation.state.execution?.status === 'waiting') legs.push(await conversation.answerAll({ eta: 'Friday' }));
  return legs;
}

/** Texts by the rules of a browser: a text belongs to the block announced last; a block outside the chat and the threads shows none. */
function textsStreamed(events: readonly StreamEvent[]): readonly string[] {
  const texts: string[] = [];
  let block: Extract<StreamEvent, { type: 'block-start' }> | undefined;
  for (const event of events) {
    if ('workerId' in event && event.workerId !== undefined) continue;
    if (event.type === 'block-start') block = event;
    if (event.type === 'block-end') block = undefined;
    const isShown = !block || block.thread !== undefined || block.outputToChat !== false;
    if (event.type === 'text-start' && isShown) texts.push('');
    if (event.type === 'text-delta' && isShown) texts[texts.length - 1] += event.delta;
  }
  return texts.filter((text) => text.trim() !== '');
}

/** A block that does not stream says its texts in one piece, and blank texts are not stored: only the words are compared. */
function words(texts: readonly string[]): string {
  return texts.join('').replaceAll(/\s+/g, '');
}

function textsShown(state: SessionState): readonly string[] {
  const own = new Set(ownMessages(state).map(({ id }) => id));
  const assistant = toUiMessages(state).filter(({ id, role }) => role === 'assistant' && own.has(id));
  const texts = assistant.flatMap(({ parts }) => parts).flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return texts.filter((text) => text.trim() !== '');
}

describe('a replay', () => {
  test('is a valid stream with the texts people saw and the original ending, waiting or completed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), triggers, async (seed, trigger) => {
        const { conversation } = open(seed, false);
        let leg = await conversation.trigger(trigger);
        const [start] = leg.events;
        for (;;) {
          const { execution } = conversation.state;
          if (execution?.status === 'failed') return;
          const replayed = replayTurn(conversation.state, richAgent);
          checkEventGrammar(replayed);
          expect(replayed[0]).toEqual(start);
          expect(replayed.at(-1)).toEqual(leg.events.at(-1));
          const asked = (events: readonly StreamEvent[]) => events.filter((event) => event.type === 'tool-request');
          expect(asked(replayed)).toEqual(asked(leg.events));
          if (trigger.triggerName !== 'advise') {
            expect(words(textsStreamed(replayed))).toEqual(words(textsShown(conversation.state)));
          }
          if (execution?.status !== 'waiting') return;
          leg = await conversation.answerAll({ eta: 'Friday' });
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});

describe('a restored session', () => {
  function restore(driven: Driven, messages: unknown): void {
    const parsed = restoreMessagesSchema.parse(messages);
    const { conversation, ports } = driven;
    const { sessionId, kind, input, variables, resources } = conversation.state;
    const opening = openSession({ sessionId, kind, input, variables, resources });
    conversation.state = { ...opening, ...fromUiMessages(parsed, ports.ids) };
  }

  test('[rt.restore.call-open] [rt.restore.thread] gives models valid contexts, whatever it was restored from', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), anyUiMessages, async (seed, messages) => {
        const driven = open(seed, false);
        restore(driven, messages);
        await runTurn(driven.conversation, { triggerName: 'user-message', input: { MESSAGE: 'And now?' } });
        expect(driven.models.problems).toEqual([]);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  test('[rt.restore.text] [rt.restore.object] [rt.restore.same] shows what was shown before it expired', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), triggers, async (seed, trigger) => {
        const driven = open(seed, false);
        await runTurn(driven.conversation, trigger);
        const shown = toUiMessages(driven.conversation.state);
        restore(driven, shown);
        expect(withoutSteps(toUiMessages(driven.conversation.state))).toEqual(withoutSteps(shown));
        await runTurn(driven.conversation, { triggerName: 'user-message', input: { MESSAGE: 'And now?' } });
        expect(driven.models.problems).toEqual([]);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});

/** A restore adds the step boundaries that calls of blocks do not have. */
function withoutSteps(messages: readonly UIMessageJson[]): readonly UIMessageJson[] {
  return messages.map((message) => ({ ...message, parts: message.parts.filter(({ type }) => type !== 'step-start') }));
}

describe('resuming', () => {
  const cut = fc.integer({ min: 1, max: 30 });

  test('[rt.resume.repeat] [rt.execution.position] a continuation that was cut off anywhere and sent again leads where the uninterrupted one leads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), triggers, cut, async (seed, trigger, killAfterBatches) => {
        const whole = open(seed, false).conversation;
        await runTurn(whole, trigger);
        const broken = open(seed, false).conversation;
        await broken.trigger(trigger);
        while (broken.state.execution?.status === 'waiting') {
          const { executionId } = broken.state.execution;
          const toolResults = broken.pending.map(({ toolCallId }) => ({ toolCallId, result: { eta: 'Friday' } }));
          await broken.continue({ executionId, toolResults }, { killAfterBatches });
          if ((broken.state.execution?.status as string) !== 'running') continue;
          broken.end('interrupted');
          await broken.continue({ executionId, toolResults });
        }
        expect(comparable(broken.state)).toEqual(comparable(whole.state));
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  test('[rt.rollback.checkpoint] a trigger that was cut off anywhere and fired again with rollback leads where the uninterrupted one leads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), triggers, triggers, cut, async (seed, first, second, killAfterBatches) => {
        const whole = open(seed, false).conversation;
        await runTurn(whole, first);
        await runTurn(whole, second);
        const broken = open(seed, false).conversation;
        await runTurn(broken, first);
        const leg = await broken.trigger(second, { killAfterBatches });
        if (broken.state.execution?.status === 'running') {
          broken.end('interrupted');
          await broken.trigger(second, { rollbackAfterMessageId: anchorOf(leg.outputs) });
        }
        while (broken.state.execution?.status === 'waiting') await broken.answerAll({ eta: 'Friday' });
        expect(comparable(broken.state)).toEqual(comparable(whole.state));
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});

/** What a client sends back to retry: the `lastMessageId` of the first leg's `start`, `null` when that was absent. */
function anchorOf(outputs: readonly Output[]): string | null {
  const start = outputs.find((output) => isEvent(output) && output.type === 'start') as
    | { lastMessageId?: string }
    | undefined;
  return start?.lastMessageId ?? null;
}

/** The session with its identifiers numbered as they appear: they differ between a run and its repetition. */
function comparable(state: SessionState): unknown {
  const { messages, variables, resources, todos, threads } = state;
  const text = JSON.stringify({ messages, variables, resources, todos, threads: [...threads] });
  const names = new Map<string, string>();
  const pattern = /\d{13}-[a-z0-9]{7}|(?:exec|call|file)[_-][a-z0-9]{24}|\bc0[a-z0-9]{22}\b|(?<=")\d{4}-\d+(?=")/g;
  return JSON.parse(
    text.replace(pattern, (id) => {
      if (!names.has(id)) names.set(id, `id-${names.size}`);
      return names.get(id)!;
    }),
  );
}
