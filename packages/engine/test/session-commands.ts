import fc from 'fast-check';
import { expect } from 'vitest';
import { isChange, type Output } from '../src/ports.ts';
import type { Change } from '../src/state/change.ts';
import { foldAll } from '../src/state/fold.ts';
import type { SessionState } from '../src/state/session-state.ts';
import { Conversation, type Leg, throughJson } from '../src/testing/index.ts';
import { anchorOf, checkDurableBeforeVisible, checkRest, checkStatus, comparable } from './checks.ts';
import { cut, type Driven, drive, type Fate, fates, type Results, results, type Trigger, triggers } from './drive.ts';
import type { RandomModelsOptions } from './random-models.ts';
import { richAgent } from './rich-agent.ts';

type Sent = Parameters<Conversation['continue']>[0];
type Ids = readonly string[];

/** What clients know, from streams alone: the newest execution, what it asked for, and whether its last leg can be sent again. */
export interface Known {
  executionId: string | undefined;
  /** Ids of the calls it waits for. */
  asked: Ids;
  /** Ids that the leg which broke off had answered. */
  again: Ids;
}

export interface Driver extends Driven {
  readonly opening: SessionState;
  /** Everything that was stored. */
  readonly journal: Change[];
  /** Every continuation that was accepted. */
  readonly sent: Sent[];
}

export type SessionCommand = fc.AsyncCommand<Known, Driver>;

/** A session at its beginning, with nothing known of it. */
export function setUp(options: RandomModelsOptions, definition = richAgent): { model: Known; real: Driver } {
  const driven = drive(options, definition, { NAME: 'Ada' });
  const real = { ...driven, opening: driven.conversation.state, journal: [], sent: [] };
  return { model: { executionId: undefined, asked: [], again: [] }, real };
}

/** What holds of a session at its end, whatever happened to it. */
export function checkSession({ conversation, models, opening, journal }: Driver): void {
  expect(models.problems).toEqual([]);
  expect(foldAll(opening, journal.map(throughJson))).toEqual(conversation.state);
}

/** Takes in a leg: what is true of it, the recovery that follows a death, and what a client learns from it. */
function settle(real: Driver, known: Known, how: { leg: Leg; before: SessionState; fate: Fate; answered: Ids }): void {
  const { leg, before, fate, answered } = how;
  const { conversation } = real;
  record(real, leg.changes);
  checkDurableBeforeVisible(leg, before);
  const isLost = conversation.state.execution?.status === 'running';
  if (isLost) recordOutputs(real, conversation.end('interrupted'));
  checkStatus(leg, conversation.state);
  checkRest(conversation.state);
  const start = leg.events[0];
  if (start?.type === 'start') known.executionId = start.executionId;
  known.asked = isLost ? [] : askedBy(leg);
  const isAborted = leg.ending?.ending === 'aborted' && !(fate && 'stop' in fate && fate.stop.reason === 'abort');
  known.again = isLost || isAborted ? answered : [];
}

/** What the leg asked for, when it paused. */
function askedBy({ events, ending }: Leg): Ids {
  const request = events.findLast((event) => event.type === 'tool-request');
  if (request?.type !== 'tool-request' || (ending && ending.ending !== 'paused')) return [];
  return request.toolCalls.map((call) => call.toolCallId);
}

function record(real: Driver, changes: readonly Change[]): void {
  real.journal.push(...changes);
}

function recordOutputs(real: Driver, outputs: readonly Output[]): void {
  record(real, outputs.filter(isChange));
}

/** Fires a trigger, perhaps with a rollback, whatever the session is doing. */
class TriggerCommand implements SessionCommand {
  readonly #trigger: Trigger;
  readonly #rollback: string;
  readonly #fate: Fate;
  constructor(trigger: Trigger, rollback: string, fate: Fate) {
    this.#trigger = trigger;
    this.#rollback = rollback;
    this.#fate = fate;
  }
  check = () => true;
  async run(known: Known, real: Driver): Promise<void> {
    const before = real.conversation.state;
    const anchor = anchorFor(this.#rollback, before);
    const leg = await real.conversation.trigger(this.#trigger, {
      ...this.#fate,
      ...(anchor !== undefined && { rollbackAfterMessageId: anchor }),
    });
    settle(real, known, { leg, before, fate: this.#fate, answered: [] });
  }
  toString = () => `trigger ${JSON.stringify([this.#trigger, this.#rollback, this.#fate])}`;
}

function anchorFor(rollback: string, { messages }: SessionState): string | null | undefined {
  const anchors: Record<string, string | null> = {
    everything: null,
    middle: messages[Math.floor(messages.length / 2)]?.id ?? null,
    unknown: 'made-up',
  };
  return anchors[rollback];
}

/** Answers what is asked for, in any order, twice, with answers that nobody asked for. */
class ContinueCommand implements SessionCommand {
  readonly #results: Results;
  readonly #manner: string;
  readonly #fate: Fate;
  constructor(results: Results, manner: string, fate: Fate) {
    this.#results = results;
    this.#manner = manner;
    this.#fate = fate;
  }
  check = ({ asked, again }: Readonly<Known>) => asked.length > 0 || again.length > 0;
  async run(known: Known, real: Driver): Promise<void> {
    const ids = known.asked.length > 0 ? known.asked : known.again;
    const given = answersTo(ids, this.#results);
    // A leg that broke off is sent again for the calls it answered, whatever the answers are.
    const answers =
      known.asked.length > 0
        ? given
        : ids.map((id) => given.find((one) => one.toolCallId === id) ?? { toolCallId: id, result: null });
    const toolResults = inManner(answers, this.#manner);
    await send(known, real, { executionId: known.executionId!, toolResults }, this.#fate);
  }
  toString = () => `continue ${JSON.stringify([this.#results, this.#manner, this.#fate])}`;
}

function answersTo(ids: readonly string[], given: Results): Sent['toolResults'][number][] {
  const answers = ids.flatMap((toolCallId, index) => {
    const result = given[index] ?? { result: null };
    return result === 'nothing' ? [] : [{ toolCallId, ...result }];
  });
  return answers.length > 0 ? answers : [{ toolCallId: ids[0]!, result: 1 }];
}

function inManner(answers: Sent['toolResults'][number][], manner: string): Sent['toolResults'] {
  switch (manner) {
    case 'reversed':
      return answers.toReversed();
    case 'twice':
      return [...answers, ...answers.map(({ toolCallId }) => ({ toolCallId, result: 'the second one' }))];
    case 'with strangers':
      return [{ toolCallId: 'call_stranger', result: 1 }, ...answers, { toolCallId: '', error: 'who' }];
    default:
      return answers;
  }
}

async function send(known: Known, real: Driver, fields: Sent, fate: Fate): Promise<void> {
  const before = real.conversation.state;
  const ids = known.asked.length > 0 ? known.asked : known.again;
  const sent = new Set(fields.toolResults.map(({ toolCallId }) => toolCallId));
  const answered = ids.filter((id) => sent.has(id));
  const leg = await real.conversation.continue(fields, fate);
  real.sent.push(fields);
  settle(real, known, { leg, before, fate, answered });
}

/** Sends an old continuation once more: it is refused and changes nothing, unless it is the very one that broke off. */
class LateCommand implements SessionCommand {
  readonly #which: number;
  constructor(which: number) {
    this.#which = which;
  }
  check = () => true;
  async run(known: Known, real: Driver): Promise<void> {
    const fields = real.sent[this.#which % Math.max(real.sent.length, 1)];
    if (!fields) return;
    const before = real.conversation.state;
    const ids = fields.toolResults.map(({ toolCallId }) => toolCallId);
    const open = known.asked.length > 0 ? known.asked : known.again;
    const isMeant =
      fields.executionId === known.executionId &&
      (known.asked.length > 0 ? open.some((id) => ids.includes(id)) : open.length > 0 && isSameSet(open, ids));
    if (isMeant) return send(known, real, fields, {});
    await expect(real.conversation.continue(fields)).rejects.toThrow(/not-resumable|not-found/);
    expect(real.conversation.state).toBe(before);
  }
  toString = () => `late ${this.#which}`;
}

/** The continuation answers the calls that were answered, among others that nobody asked about. */
function isSameSet(answered: Ids, sent: Ids): boolean {
  return answered.every((id) => sent.includes(id));
}

/** Stops an execution that waits. */
class StopCommand implements SessionCommand {
  check = ({ asked }: Readonly<Known>) => asked.length > 0;
  async run(known: Known, real: Driver): Promise<void> {
    recordOutputs(real, real.conversation.end('aborted'));
    checkRest(real.conversation.state);
    Object.assign(known, { asked: [], again: [] });
  }
  toString = () => 'stop';
}

/** Runs a turn whose legs are cut at any commit and sent again, beside a twin that nothing interrupts: both end alike. */
class CutCommand implements SessionCommand {
  readonly #trigger: Trigger;
  readonly #cut: number;
  constructor(trigger: Trigger, cutAt: number) {
    this.#trigger = trigger;
    this.#cut = cutAt;
  }
  check = () => true;
  async run(known: Known, real: Driver): Promise<void> {
    const { conversation, models, ports } = real;
    const twin = new Conversation({ definition: richAgent, ports, models });
    twin.state = conversation.state;
    const retryState = conversation.state;
    await twin.trigger(this.#trigger);
    while (twin.state.execution?.status === 'waiting') await twin.answerAll({ eta: 'Friday' });
    await this.#fire(real);
    while (conversation.state.execution?.status === 'waiting') await this.#answer(real);
    if (isRetryExact(retryState)) expect(comparable(conversation.state)).toEqual(comparable(twin.state));
    checkRest(conversation.state);
    Object.assign(known, { executionId: conversation.state.execution?.executionId, asked: [], again: [] });
  }
  async #fire(real: Driver): Promise<void> {
    const { conversation } = real;
    const leg = await conversation.trigger(this.#trigger, { killAfterBatches: this.#cut });
    record(real, leg.changes);
    if (conversation.state.execution?.status !== 'running') return;
    recordOutputs(real, conversation.end('interrupted'));
    const again = await conversation.trigger(this.#trigger, { rollbackAfterMessageId: anchorOf(leg.outputs) });
    record(real, again.changes);
  }
  async #answer(real: Driver): Promise<void> {
    const { conversation } = real;
    const toolResults = conversation.pending.map(({ toolCallId }) => ({ toolCallId, result: { eta: 'Friday' } }));
    const fields = { executionId: conversation.state.execution!.executionId, toolResults };
    record(real, (await conversation.continue(fields, { killAfterBatches: this.#cut })).changes);
    if (conversation.state.execution?.status !== 'running') return;
    recordOutputs(real, conversation.end('interrupted'));
    record(real, (await conversation.continue(fields)).changes);
  }
  toString = () => `cut ${JSON.stringify([this.#trigger, this.#cut])}`;
}

/** A retry goes back to the oldest checkpoint with its last message; one that left no message behind stands in the way. */
function isRetryExact({ messages, execution, earlier }: SessionState): boolean {
  const last = messages.at(-1)?.id;
  const checkpoints = [execution, ...earlier].flatMap((one) => (one ? [one.checkpoint] : []));
  return !checkpoints.some((checkpoint) => checkpoint.lastMessageId === last);
}

const rollbacks = fc.constantFrom('none', 'everything', 'middle', 'unknown');
const manners = fc.constantFrom('as asked', 'reversed', 'twice', 'with strangers');

const anyTrigger = fc.tuple(triggers, rollbacks, fates).map((args) => new TriggerCommand(...args));
const anyContinuation = fc.tuple(results, manners, fates).map((args) => new ContinueCommand(...args));

/** Everything that can happen to a session. */
export const sessionCommands = fc.commands(
  [
    anyTrigger,
    anyContinuation,
    anyContinuation,
    fc.nat(9).map((which) => new LateCommand(which)),
    fc.constant(new StopCommand()),
  ],
  { maxCommands: 12, size: 'max' },
);

/** The same with turns that are cut; models must not fail, since a repetition would not fail again. */
export const cutCommands = fc.commands(
  [
    anyTrigger,
    anyContinuation,
    fc.tuple(triggers, cut).map((args) => new CutCommand(...args)),
    fc.constant(new StopCommand()),
  ],
  { maxCommands: 6, size: 'max' },
);
