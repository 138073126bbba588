import type { StreamEvent } from '@octavus/core';
import { faultAgent } from './agent.ts';
import { verifyRun, verifyThread, waitForThread } from './claims.ts';
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
  /** What else was acknowledged, to be looked at when nothing is broken any more. */
  readonly claims: (() => Promise<void>)[] = [];

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

  /** @param file comes with the results. */
  async continue(session: KnownSession, turn: KnownTurn, file?: object): Promise<void> {
    turn.isContinued = true;
    const toolCallId = `call_${turn.token}`;
    const toolResults = [{ toolCallId, result: { found: turn.token }, ...(file && { files: [file] }) }];
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

  /** @returns a reference to the file. */
  async upload(session: KnownSession, times = 1): Promise<object> {
    const size = 3_000;
    const files = [{ filename: 'note.txt', mediaType: 'text/plain', size }];
    const { body } = await this.#call(200, 'POST', '/api/files/upload-urls', { sessionId: session.id, files });
    const [{ id, uploadUrl, downloadUrl }] = body.files;
    for (let count = 0; count < times; count += 1) {
      const bytes = Buffer.alloc(size, aToken());
      const status = await this.#orFaulted(() => this.#client.put(pathOf(uploadUrl), bytes, 'text/plain'));
      this.#mustBe(200, status, 'an upload');
      this.#ledger.addFile({ path: pathOf(downloadUrl), sizeBytes: size, sessionId: session.id });
    }
    return { id, mediaType: 'text/plain', url: downloadUrl };
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

  /** Creates a session with an `Idempotency-Key`, and asks again whatever the answer was: there is at most one. */
  async createOnce(): Promise<void> {
    const before = await this.create();
    const headers = { 'idempotency-key': aToken() };
    const send = () => this.#client.call('POST', '/api/agent-sessions', { agentId: 'faults' }, headers);
    const answers = [await this.#orFaulted(send), await this.#orFaulted(send)];
    this.claims.push(async () => {
      answers.push(await send());
      const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.sessionId));
      const { body } = await this.#client.call('GET', '/api/agent-sessions?limit=5');
      const made = body.sessions.findIndex(({ id }: { id: string }) => id === before.id);
      const statuses = answers.map(({ status }) => status);
      this.#ledger.expect(
        ids.size <= 1 && made <= 1 && statuses.every((status) => [201, 409, 503].includes(status)),
        `one key made ${made} sessions, the answers were ${statuses.join(', ')}`,
      );
    });
    for (const { status } of answers) if (status !== 201) throw new Faulted(`a keyed request answers ${status}`);
  }

  /** Lets the session's agent give the work to a worker. */
  delegate(session: KnownSession): Promise<KnownTurn> {
    const turn: KnownTurn = { token: aToken(), state: 'sent', whole: '', text: '' };
    return this.#trigger(session, turn, { what: `say ${turn.token} 3`, trigger: 'delegate' });
  }

  /** Runs a worker on its own; one that is asked to `look` waits for the caller, and goes on. */
  async work(verb: 'say' | 'look'): Promise<void> {
    const token = aToken();
    const path = '/api/agents/faults-worker/execute?by=slug';
    let runId: string | undefined;
    let output: unknown;
    const say = (problem: string) => this.#ledger.expect(false, problem);
    const onEvent = (event: StreamEvent) => {
      if (event.type === 'start') runId = event.executionId;
      if (event.type === 'worker-result' && event.error === undefined) output = event.output;
    };
    this.claims.push(async () => {
      if (runId !== undefined) await verifyRun(this.#client, runId, output, say);
    });
    const input = { WHAT: verb === 'say' ? `say ${token} 3` : `look ${token}` };
    await this.#stream(path, { type: 'start', input }, { onEvent });
    if (verb === 'look') {
      if (runId === undefined) throw new Faulted('a worker did not start');
      const toolResults = [{ toolCallId: `call_${token}`, result: { found: token } }];
      const answer = await this.#orFaulted(() =>
        this.#client.stream(path, { type: 'continue', executionId: runId, toolResults }, { onEvent }),
      );
      // It may have failed before it waited.
      if (answer.status === 409) throw new Faulted('a worker does not wait');
      this.#mustBe(200, answer.status, path, answer.body);
    }
    const whole = verb === 'say' ? saying(token, 3).trim() : answerTo(token);
    if (output === undefined) throw new Faulted(`worker ${token} did not end well`);
    this.#ledger.expect(output === whole, `worker ${token} said ${JSON.stringify(output)}`);
  }

  /** Starts a thread, sends two messages more, and waits for the end of all: each is heard once, in order. */
  async converse(): Promise<void> {
    const agents = await this.read('/api/agents?limit=100');
    const { id: agentId } = agents.body.agents.find(({ slug }: { slug: string }) => slug === 'faults');
    const threads = `/api/v1/workforce/agents/${agentId}/threads`;
    const accepted: string[] = [];
    const aMessage = () => ({ message: `say ${aToken()} 2` });
    const first = aMessage();
    const { body } = await this.#call(201, 'POST', threads, first);
    accepted.push(first.message);
    const path = `${threads}/${body.threadId}`;
    const say = (problem: string) => this.#ledger.expect(false, problem);
    this.claims.push(() => verifyThread(this.#client, path, accepted, say));
    for (let count = 0; count < 2; count += 1) {
      const next = aMessage();
      await this.#call(202, 'POST', `${path}/messages`, next);
      accepted.push(next.message);
    }
    const status = await waitForThread(this.#client, path);
    if (status !== 'completed') throw new Faulted(`a thread is ${status}`);
  }

  /** Mints a token, uses it, revokes it. */
  async mintAndRevoke(): Promise<void> {
    const session = await this.create();
    const { body: state } = await this.read(`/api/agent-sessions/${session.id}`);
    const { body } = await this.#call(201, 'POST', '/api/tokens', { agentId: state.agentId, sessionId: session.id });
    let isRevoked = false;
    const use = () =>
      this.#client.call('GET', `/api/agent-sessions/${session.id}`, undefined, {
        authorization: `Bearer ${body.token}`,
      });
    this.claims.push(async () => {
      const { status } = await use();
      // A revocation that was not acknowledged may have been stored.
      const isRight = isRevoked ? status === 401 : status === 200 || status === 401;
      this.#ledger.expect(isRight, `a token that is ${isRevoked ? '' : 'not '}revoked answers ${status}`);
    });
    const used = await this.#orFaulted(use);
    this.#mustBe(200, used.status, 'a token');
    await this.#call(200, 'POST', '/api/tokens/revoke', { token: body.token });
    isRevoked = true;
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
