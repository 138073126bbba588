import type { StreamEvent } from '@octavus/core';
import { faultAgent } from './agent.ts';
import { type Answer, type Client, Unanswered } from './client.ts';
import { type Ledger, pathOf } from './ledger.ts';
import type { KnownSession, KnownTurn } from './session-record.ts';
import { answerTo, saying } from './strict-model.ts';

/** A request was not acknowledged, which a fault may do; the scenario ends there. */
export class Faulted extends Error {
  override readonly name = 'Faulted';
}

interface TurnOptions {
  readonly words?: number;
  readonly paceMs?: number;
  /** The only turn afterwards. */
  readonly replacesAll?: boolean;
  /** What else happens when the n-th event, from 1, has come. */
  readonly at?: { readonly event: number; readonly act: (leave: () => void) => void };
}

let tokens = 0;

function aToken(): string {
  tokens += 1;
  return `t${tokens}`;
}

/** What a scenario can do, with everything that is acknowledged written into a ledger. */
export class Stage {
  readonly #client: Client;
  readonly #ledger: Ledger;
  readonly sessions: KnownSession[] = [];

  constructor(client: Client, ledger: Ledger) {
    this.#client = client;
    this.#ledger = ledger;
  }

  async create(): Promise<KnownSession> {
    const { body } = await this.#call(201, 'POST', '/api/agent-sessions', { agentId: 'faults' });
    return this.#add(body.sessionId);
  }

  read(path: string): Promise<Answer> {
    return this.#call(200, 'GET', path);
  }

  /** @param body the request as it was sent before; absent: a new one. */
  async start({ key, repeated }: { key?: string; repeated?: KnownTurn } = {}): Promise<KnownTurn> {
    const token = repeated?.token ?? aToken();
    const turn: KnownTurn = { token, state: 'sent', whole: saying(token, 3), text: '' };
    const trigger = { triggerName: 'ask', input: { WHAT: `say ${token} 3` } };
    const body = { agentId: 'faults', trigger, ...(key !== undefined && { idempotencyKey: key }) };
    let session: KnownSession | undefined;
    await this.#stream('/api/agent-sessions/start', body, {
      onOpen: (headers) => {
        session = this.#add(headers.get('x-octavus-session-id') ?? 'none');
        session.turns = [turn];
      },
      onEvent: (event) => this.#ledger.noteEvent(session!, turn, event),
    });
    this.#mustEnd(turn);
    return turn;
  }

  say(session: KnownSession, options: TurnOptions = {}): Promise<KnownTurn> {
    const token = aToken();
    const { words = 3, paceMs = 0 } = options;
    const turn: KnownTurn = { token, state: 'sent', whole: saying(token, words), text: '' };
    return this.#trigger(session, turn, { what: `say ${token} ${words} ${paceMs}`, ...options });
  }

  /** Asks for a tool of the caller (`look`), or of the server (`list`). */
  ask(session: KnownSession, verb: 'look' | 'list'): Promise<KnownTurn> {
    const token = aToken();
    const turn: KnownTurn = { token, state: 'sent', whole: answerTo(token), text: '' };
    return this.#trigger(session, turn, { what: `${verb} ${token}` });
  }

  paint(session: KnownSession): Promise<KnownTurn> {
    const turn: KnownTurn = { token: aToken(), state: 'sent', whole: '', text: '' };
    return this.#trigger(session, turn, { what: `a ${turn.token}`, trigger: 'paint' });
  }

  async continue(session: KnownSession, turn: KnownTurn): Promise<void> {
    turn.isContinued = true;
    const toolResults = [{ toolCallId: `call_${turn.token}`, result: { found: turn.token } }];
    const body = { executionId: turn.executionId, toolResults };
    const onEvent = (event: StreamEvent) => this.#ledger.noteEvent(session, turn, event);
    await this.#stream(`/api/agent-sessions/${session.id}/trigger`, body, { onEvent });
    this.#mustEnd(turn);
  }

  async abort(session: KnownSession): Promise<void> {
    const last = session.turns.at(-1);
    if (last) last.isContinued = true;
    const { body } = await this.#call(200, 'POST', `/api/agent-sessions/${session.id}/abort`);
    if (body.aborted && last?.state === 'waiting') last.state = 'accepted';
  }

  async clear(session: KnownSession): Promise<void> {
    session.cleared = 'unknown';
    await this.#call(200, 'DELETE', `/api/agent-sessions/${session.id}`);
    session.cleared = 'yes';
    session.turns = [];
  }

  async restore(session: KnownSession): Promise<void> {
    const token = aToken();
    const text = `restored ${token}`;
    const turn: KnownTurn = { token, state: 'sent', whole: text, text };
    session.cleared = 'unknown';
    session.turns = [turn];
    const createdAt = new Date().toISOString();
    const messageOf = (role: string, words: string) => {
      const parts = [{ type: 'text', text: words, status: 'done' }];
      return { id: `msg_${role}${token}`, role, parts, status: 'done', createdAt };
    };
    const messages = [messageOf('user', `say ${token}`), messageOf('assistant', text)];
    await this.#call(200, 'POST', `/api/agent-sessions/${session.id}/restore`, { messages });
    session.cleared = 'no';
    turn.state = 'finished';
  }

  async upload(session: KnownSession, times = 1): Promise<void> {
    const size = 3_000;
    const files = [{ filename: 'note.txt', mediaType: 'text/plain', size }];
    const { body } = await this.#call(200, 'POST', '/api/files/upload-urls', { sessionId: session.id, files });
    const [{ uploadUrl, downloadUrl }] = body.files;
    for (let count = 0; count < times; count += 1) {
      const bytes = Buffer.alloc(size, aToken());
      const status = await this.#orFaulted(() => this.#client.put(pathOf(uploadUrl), bytes, 'text/plain'));
      this.#mustBe(200, status, 'an upload');
      this.#ledger.addFile({ path: pathOf(downloadUrl), sizeBytes: size, sessionId: session.id });
    }
  }

  async createAgent(): Promise<{ readonly slug: string; readonly agentId: string }> {
    const slug = aToken();
    const agent = { ...faultAgent, settings: { ...faultAgent.settings, slug } };
    const headers = { 'idempotency-key': slug };
    const { body } = await this.#call(201, 'POST', '/api/agents', agent, headers);
    this.#ledger.agents.add(slug);
    const again = await this.#orFaulted(() => this.#client.call('POST', '/api/agents', agent, headers));
    // An answer that could not be kept is not given twice; but nothing is done twice either.
    if (again.status === 409) throw new Faulted('the first answer was not kept');
    this.#mustBe(201, again.status, 'POST /api/agents, again', again.body);
    this.#ledger.expect(again.body.agentId === body.agentId, `agent ${slug} was made twice with one key`);
    return { slug, agentId: body.agentId };
  }

  async updateAgent(agentId: string): Promise<void> {
    const name = aToken();
    await this.#call(200, 'PATCH', `/api/agents/${agentId}`, { settings: { name } });
    const { body } = await this.read(`/api/agents/${agentId}`);
    this.#ledger.expect(body.settings.name === name, `agent ${agentId} lost its update`);
  }

  /** Whatever happened before, the session takes a new turn and finishes it. */
  async mustWork(session: KnownSession): Promise<void> {
    if (session.cleared !== 'no') return;
    const turn = await this.say(session).catch((error: unknown) => error);
    const isDone = !(turn instanceof Error) && (turn as KnownTurn).state === 'finished';
    this.#ledger.expect(isDone, `session ${session.id} takes no new turn: ${JSON.stringify(turn)} ${turn}`);
  }

  async #trigger(
    session: KnownSession,
    turn: KnownTurn,
    { what, trigger = 'ask', replacesAll, at }: TurnOptions & { readonly what: string; readonly trigger?: string },
  ): Promise<KnownTurn> {
    const sent: KnownTurn = { ...turn, ...(replacesAll && { replacesAll }) };
    session.turns = [...session.turns, sent];
    const leaving = new AbortController();
    let seen = 0;
    const onEvent = (event: StreamEvent) => {
      this.#ledger.noteEvent(session, sent, event);
      seen += 1;
      if (seen === at?.event) at.act(() => leaving.abort());
    };
    const body = {
      triggerName: trigger,
      input: { WHAT: what },
      ...(replacesAll && { rollbackAfterMessageId: null }),
    };
    const path = `/api/agent-sessions/${session.id}/trigger`;
    try {
      await this.#stream(path, body, { onEvent, signal: leaving.signal });
    } catch (error) {
      if (!leaving.signal.aborted) throw error;
    }
    if (!at) this.#mustEnd(sent);
    return sent;
  }

  #mustEnd(turn: KnownTurn): void {
    if (turn.state !== 'finished' && turn.state !== 'waiting') throw new Faulted(`turn ${turn.token} did not end well`);
  }

  #add(id: string): KnownSession {
    const session = this.#ledger.addSession(id);
    if (!this.sessions.includes(session)) this.sessions.push(session);
    return session;
  }

  async #stream(path: string, body: unknown, options: Parameters<Client['stream']>[2]): Promise<void> {
    const answer = await this.#orFaulted(() => this.#client.stream(path, body, options));
    this.#mustBe(200, answer.status, path, answer.body);
  }

  async #call(expected: number, method: string, path: string, body?: unknown, headers?: Record<string, string>) {
    const answer = await this.#orFaulted(() => this.#client.call(method, path, body, headers));
    this.#mustBe(expected, answer.status, `${method} ${path}`, answer.body);
    return answer;
  }

  async #orFaulted<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof Unanswered ? new Faulted('unanswered', { cause: error }) : error;
    }
  }

  /** A fault of the world is 503, never another refusal (http-api.md 3). */
  #mustBe(expected: number, status: number, what: string, body?: unknown): void {
    if (status === expected) return;
    this.#ledger.expect(status === 503, `${what} answers ${status} ${JSON.stringify(body)}`);
    throw new Faulted(`${what} answers ${status}`);
  }
}
