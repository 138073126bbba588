import type { StreamEvent } from '@octavus/core';
import { type Client, Unanswered } from './client.ts';
import { type Ledger, pathOf } from './ledger.ts';
import type { Random } from './random.ts';
import type { KnownSession, KnownTurn } from './session-record.ts';
import { answerTo, saying } from './strict-model.ts';

const turnsPerSession = 6;

/** One client that uses its own sessions, one request at a time, in ways that a seed chooses, until the server does not answer. */
export class User {
  readonly #name: string;
  readonly #random: Random;
  readonly #ledger: Ledger;
  #session: KnownSession | undefined;
  #count = 0;

  constructor(name: string, random: Random, ledger: Ledger) {
    this.#name = name;
    this.#random = random;
    this.#ledger = ledger;
  }

  /** Resolves when the server is gone. */
  async run(client: Client): Promise<void> {
    try {
      for (;;) await this.#act(client);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
  }

  async #act(client: Client): Promise<void> {
    const session = this.#session;
    if (session?.cleared !== 'no' || session.turns.length >= turnsPerSession) return this.#open(client);
    const last = session.turns.at(-1);
    if (last?.state === 'waiting' && this.#random.chance(0.8)) return this.#continue(client, session, last);
    const choice = this.#random.next();
    if (choice < 0.08) return this.#upload(client, session);
    if (choice < 0.11) return this.#createAgent(client);
    if (choice < 0.14) return this.#clear(client, session);
    return this.#trigger(client, session);
  }

  #token(): string {
    this.#count += 1;
    return `${this.#name}n${this.#count}`;
  }

  #open(client: Client): Promise<void> {
    return this.#random.chance(0.5) ? this.#create(client) : this.#start(client);
  }

  async #create(client: Client): Promise<void> {
    const { status, body } = await client.call('POST', '/api/agent-sessions', { agentId: 'faults' });
    if (!this.#ledger.expect(status === 201, `creating a session answers ${status}`)) return;
    this.#session = this.#ledger.addSession(body.sessionId);
  }

  /** A start with a key: what a lost answer leaves open is asked again after the restart. */
  async #start(client: Client): Promise<void> {
    const turn = this.#say();
    const trigger = { triggerName: 'ask', input: { WHAT: turn.what } };
    const body = { agentId: 'faults', idempotencyKey: turn.token, trigger };
    const start = this.#ledger.addStart({ body, turn });
    this.#session = undefined;
    await start.send(client, this.#ledger);
    this.#session = start.session;
  }

  #say(): KnownTurn & { readonly what: string } {
    const token = this.#token();
    const words = this.#random.integer(1, 30);
    const paceMs = this.#random.pick([0, 0, 1, 5]);
    return { token, state: 'sent', whole: saying(token, words), text: '', what: `say ${token} ${words} ${paceMs}` };
  }

  #ask(): KnownTurn & { readonly what: string } {
    const choice = this.#random.next();
    if (choice < 0.5) return this.#say();
    const token = this.#token();
    const verb = choice < 0.8 ? 'look' : 'list';
    return { token, state: 'sent', whole: answerTo(token), text: '', what: `${verb} ${token}` };
  }

  async #trigger(client: Client, session: KnownSession): Promise<void> {
    if (this.#random.chance(0.1)) return this.#paint(client, session);
    const { what, ...asked } = this.#ask();
    const replacesAll = session.turns.length > 0 && this.#random.chance(0.08);
    const turn: KnownTurn = { ...asked, ...(replacesAll && { replacesAll }) };
    const body = {
      triggerName: 'ask',
      input: { WHAT: what },
      ...(replacesAll && { rollbackAfterMessageId: null }),
    };
    await this.#send(client, session, { turn, body, leavesEarly: this.#random.chance(0.1) });
  }

  async #paint(client: Client, session: KnownSession): Promise<void> {
    const token = this.#token();
    const turn: KnownTurn = { token, state: 'sent', whole: '', text: '' };
    await this.#send(client, session, { turn, body: { triggerName: 'paint', input: { WHAT: `a ${token}` } } });
  }

  async #send(
    client: Client,
    session: KnownSession,
    { turn, body, leavesEarly = false }: { turn: KnownTurn; body: unknown; leavesEarly?: boolean },
  ): Promise<void> {
    this.#ledger.touch(session);
    const before = session.turns;
    session.turns = [...before, turn];
    const leaving = new AbortController();
    const leaveAfter = this.#random.integer(1, 20);
    let seen = 0;
    const onEvent = (event: StreamEvent) => {
      this.#ledger.noteEvent(session, turn, event);
      seen += 1;
      if (leavesEarly && seen === leaveAfter) leaving.abort();
    };
    try {
      const options = { onEvent, signal: leaving.signal };
      const { status, body: refusal } = await client.stream(`/api/agent-sessions/${session.id}/trigger`, body, options);
      const isOk = this.#ledger.expect(status === 200, `a trigger answers ${status} ${JSON.stringify(refusal)}`);
      if (!isOk) session.turns = before;
    } catch (error) {
      if (!leaving.signal.aborted) throw error;
    }
  }

  async #continue(client: Client, session: KnownSession, turn: KnownTurn): Promise<void> {
    this.#ledger.touch(session);
    turn.isContinued = true;
    const toolResults = [{ toolCallId: `call_${turn.token}`, result: { found: turn.token } }];
    const body = { executionId: turn.executionId, toolResults };
    const onEvent = (event: StreamEvent) => this.#ledger.noteEvent(session, turn, event);
    const answer = await client.stream(`/api/agent-sessions/${session.id}/trigger`, body, { onEvent });
    this.#ledger.expect(
      answer.status === 200,
      `a continuation of ${turn.token} answers ${answer.status} ${JSON.stringify(answer.body)}`,
    );
  }

  async #clear(client: Client, session: KnownSession): Promise<void> {
    this.#ledger.touch(session);
    session.cleared = 'unknown';
    const { status } = await client.call('DELETE', `/api/agent-sessions/${session.id}`);
    if (this.#ledger.expect(status === 200, `clearing answers ${status}`)) session.cleared = 'yes';
  }

  async #createAgent(client: Client): Promise<void> {
    const slug = this.#token().toLowerCase();
    const { settings, protocol, prompts } = this.#ledger.agent;
    const agent = { settings: { ...settings, slug }, protocol, prompts };
    const { status } = await client.call('POST', '/api/agents', agent, { 'idempotency-key': slug });
    if (this.#ledger.expect(status === 201, `creating an agent answers ${status}`)) this.#ledger.agents.add(slug);
  }

  async #upload(client: Client, session: KnownSession): Promise<void> {
    const bytes = Buffer.from(this.#token().repeat(this.#random.integer(1, 2_000)));
    const files = [{ filename: 'note.txt', mediaType: 'text/plain', size: bytes.length }];
    const asked = await client.call('POST', '/api/files/upload-urls', { sessionId: session.id, files });
    if (!this.#ledger.expect(asked.status === 200, `upload addresses answer ${asked.status}`)) return;
    const [{ uploadUrl, downloadUrl }] = asked.body.files;
    const status = await client.put(pathOf(uploadUrl), bytes, 'text/plain');
    if (this.#ledger.expect(status === 200, `an upload answers ${status}`)) {
      this.#ledger.addFile({ path: pathOf(downloadUrl), sizeBytes: bytes.length, bytes, sessionId: session.id });
    }
  }
}
