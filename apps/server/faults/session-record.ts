import { chatMessageSchema, sessionStateSchema, uiSessionStateSchema } from '@octavus/core';
import { z } from 'zod';
import type { Client } from './client.ts';

/**
 * A turn as the client knows it.
 *
 * - `sent`: no answer yet; it may be there or not.
 * - `accepted`: `start` was received.
 * - `waiting`: the stream ended with pending calls.
 * - `finished`: `finish` was received; `text` is what it said.
 * - `over`: it ended some other way, `text` is what was found once, and stays.
 */
export interface KnownTurn {
  readonly token: string;
  state: 'sent' | 'accepted' | 'waiting' | 'finished' | 'over';
  /** All that the answer can say. */
  readonly whole: string;
  /** What the client received of it. */
  text: string;
  executionId?: string;
  /** The results were sent, and it is not known whether they were taken. */
  isContinued?: boolean;
  /** Once accepted it is the only turn: it was sent with `rollbackAfterMessageId: null`. */
  readonly replacesAll?: boolean;
  /** What `resource-update` said was written. */
  noted?: unknown;
}

export interface KnownSession {
  readonly id: string;
  turns: KnownTurn[];
  /** What a request to clear it is known to have done. */
  cleared: 'no' | 'unknown' | 'yes';
}

/** How long an execution may be under way after a restart (issue: settled at most 5 s after it). */
const settledWithinMs = 5_000;

type State = z.infer<typeof sessionStateSchema>;

/**
 * Reads a session and compares it with what the client knows; what was unknown becomes known.
 *
 * @param readyAt when the server said that it listens, on the clock of `performance.now`.
 * @returns what is wrong with it, and how long after `readyAt` an execution was still found in it; 0 when none was.
 */
export async function verifySession(
  client: Client,
  session: KnownSession,
  readyAt: number,
): Promise<{ readonly problems: string[]; readonly settledMs: number }> {
  const problems: string[] = [];
  const say = (problem: string) => problems.push(`session ${session.id}: ${problem}`);
  const path = `/api/agent-sessions/${session.id}`;
  let settledMs = 0;
  for (;;) {
    const { status, body } = await client.call('GET', path);
    if (status !== 200) {
      say(`was created, and reading it answers ${status}`);
      return { problems, settledMs };
    }
    if (body.status === 'expired') {
      if (session.cleared === 'no') say('is expired, and nobody cleared it');
      session.cleared = 'yes';
      return { problems, settledMs };
    }
    if (session.cleared === 'yes') say('was cleared, and has its state');
    session.cleared = 'no';
    if (body.execution?.status === 'running' && settledMs < settledWithinMs) {
      settledMs = performance.now() - readyAt;
      await new Promise((resolve) => setTimeout(resolve, 20));
      continue;
    }
    const parsed = sessionStateSchema.safeParse(body);
    if (!parsed.success) {
      say(`is malformed: ${z.prettifyError(parsed.error)}`);
      return { problems, settledMs };
    }
    if (parsed.data.execution?.status === 'running') say('is still running');
    checkMessages(parsed.data, session, say);
    await checkForPeople(client, path, parsed.data, say);
    return { problems, settledMs };
  }
}

function checkMessages(state: State, session: KnownSession, say: (problem: string) => void): void {
  const found = groupByTurn(state);
  const tokens = new Set(found.map(({ token }) => token));
  session.turns = settleSent(session.turns, tokens);
  const expected = session.turns.map(({ token }) => token);
  const actual = found.map(({ token }) => token);
  if (expected.join() !== actual.join()) {
    say(`should have the turns ${expected.join()}, has ${actual.join()}`);
    return;
  }
  for (const [index, turn] of session.turns.entries()) {
    checkTurn(turn, found[index]!, { state, isLast: index === session.turns.length - 1, say });
  }
}

/** The last turn may be one of which nothing is known but that it was sent. */
function settleSent(turns: KnownTurn[], found: ReadonlySet<string>): KnownTurn[] {
  const last = turns.at(-1);
  if (last?.state !== 'sent') return turns;
  if (!found.has(last.token)) return turns.slice(0, -1);
  last.state = 'accepted';
  return last.replacesAll ? [last] : turns;
}

interface FoundTurn {
  readonly token: string;
  text: string;
  readonly openCalls: string[];
}

function groupByTurn({ messages }: State): FoundTurn[] {
  const found: FoundTurn[] = [];
  for (const message of messages) {
    const { role, parts } = chatMessageSchema.parse(message);
    const text = parts.map((part) => (part.type === 'text' ? part.content : '')).join('');
    if (role === 'user') {
      found.push({ token: text.split(' ')[1] ?? '', text: '', openCalls: [] });
      continue;
    }
    const turn = found.at(-1);
    if (!turn) return [{ token: 'an answer without a question', text, openCalls: [] }];
    turn.text += text;
    for (const part of parts) {
      if (part.type === 'tool-call' && !['available', 'error'].includes(part.toolCall.status)) {
        turn.openCalls.push(part.toolCall.id);
      }
    }
  }
  return found;
}

interface TurnContext {
  readonly state: State;
  readonly isLast: boolean;
  say(problem: string): void;
}

function checkTurn(turn: KnownTurn, found: FoundTurn, { state, isLast, say }: TurnContext): void {
  const isWaiting = isLast && state.execution?.status === 'waiting';
  if (isLast && turn.noted !== undefined && state.resources.ASKED !== turn.noted) {
    say(`turn ${turn.token} noted ${turn.noted}, the resource is ${state.resources.ASKED}`);
  }
  if (found.openCalls.length > 0 && !isWaiting) say(`turn ${turn.token} has calls without a result`);
  // A newer turn ends the wait.
  if (turn.state === 'waiting' && isLast && !turn.isContinued) {
    const isSame = isWaiting && state.execution?.executionId === turn.executionId;
    if (!isSame) say(`turn ${turn.token} should wait for its call`);
    return;
  }
  if (isWaiting) {
    turn.state = 'waiting';
    turn.executionId = state.execution!.executionId;
    turn.isContinued = false;
    return;
  }
  const isExact = turn.state === 'finished' || turn.state === 'over';
  if (isExact && found.text !== turn.text) {
    say(`turn ${turn.token} (${turn.state}) said "${turn.text}", has "${found.text}"`);
  }
  if (!turn.whole.startsWith(found.text)) say(`turn ${turn.token} has "${found.text}", which nobody said`);
  if (isExact) return;
  turn.state = 'over';
  turn.text = found.text;
}

/** People see the same conversation, whole. */
async function checkForPeople(
  client: Client,
  path: string,
  { messages }: State,
  say: (problem: string) => void,
): Promise<void> {
  const { body } = await client.call('GET', `${path}?format=ui`);
  const parsed = uiSessionStateSchema.safeParse(body);
  if (!parsed.success) return say(`is malformed for people: ${z.prettifyError(parsed.error)}`);
  const users = parsed.data.messages.filter(({ role }) => role === 'user').length;
  const asked = messages.filter(({ role }) => role === 'user').length;
  if (users !== asked) say(`shows ${users} questions of ${asked}`);
}
