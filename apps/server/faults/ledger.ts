import type { StreamEvent } from '@octavus/core';
import { faultAgent } from './agent.ts';
import { type Client, Unanswered } from './client.ts';
import { type KnownSession, type KnownTurn, verifySession } from './session-record.ts';

interface KnownFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Absent where the server made them. */
  readonly bytes?: Buffer;
  readonly sessionId: string;
}

/** What of an address of ours stays when the server comes back on another port; one of a bucket stays whole. */
export function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname.startsWith('/api/') ? pathname + search : url;
}

/** Everything that was acknowledged to the clients of one run, and what turned out to be wrong. */
export class Ledger {
  readonly agent = faultAgent;
  readonly problems: string[] = [];
  readonly agents = new Set<string>();
  /** How often each kind of acknowledgement came. */
  readonly acknowledged = { sessions: 0, accepted: 0, finished: 0, waits: 0, files: 0 };
  /** The longest that an execution was under way after a restart, in milliseconds. */
  longestSettledMs = 0;
  readonly #sessions = new Map<string, KnownSession>();
  readonly #files: KnownFile[] = [];
  /** Used since the last verification. */
  readonly #touched = new Set<KnownSession>();
  #newFiles: KnownFile[] = [];
  #open: OpenStart[] = [];
  readonly #toleratesErrors: boolean;
  /** Called for every event that a client receives. */
  onEvent: () => void = () => undefined;

  /** @param options.toleratesErrors a turn may end with an error, as something is broken. */
  constructor({ toleratesErrors = false } = {}) {
    this.#toleratesErrors = toleratesErrors;
  }

  /** @returns whether it is so. */
  expect(isSo: boolean, problem: string): boolean {
    if (!isSo) this.problems.push(problem);
    return isSo;
  }

  addSession(id: string): KnownSession {
    const known = this.#sessions.get(id);
    if (known) {
      this.#touched.add(known);
      return known;
    }
    const session: KnownSession = { id, turns: [], cleared: 'no' };
    this.#sessions.set(id, session);
    this.#touched.add(session);
    this.acknowledged.sessions += 1;
    return session;
  }

  /** Something was asked of the session: it is looked at after the next restart. */
  touch(session: KnownSession): void {
    this.#touched.add(session);
  }

  addStart(start: { readonly body: unknown; readonly turn: KnownTurn }): OpenStart {
    const open = new OpenStart(start.body, start.turn);
    this.#open.push(open);
    return open;
  }

  addFile(file: KnownFile): void {
    this.#files.push(file);
    this.#newFiles.push(file);
    this.acknowledged.files += 1;
  }

  /** What an event acknowledges. */
  noteEvent(session: KnownSession, turn: KnownTurn, event: StreamEvent): void {
    this.onEvent();
    switch (event.type) {
      case 'start':
        if (turn.replacesAll) session.turns = [turn];
        turn.state = 'accepted';
        if (event.executionId !== undefined) turn.executionId = event.executionId;
        this.acknowledged.accepted += 1;
        return;
      case 'text-delta':
        // What a worker says is in the worker's part.
        if (event.workerId === undefined) turn.text += event.delta;
        return;
      case 'resource-update':
        turn.noted = event.value;
        return;
      case 'file-available':
        this.addFile({ path: pathOf(event.url), sizeBytes: event.size ?? 0, sessionId: session.id });
        return;
      case 'finish':
        turn.isContinued = false;
        turn.state = event.finishReason === 'tool-calls' ? 'waiting' : 'finished';
        if (turn.state === 'waiting') this.acknowledged.waits += 1;
        else this.acknowledged.finished += 1;
        return;
      case 'error':
        if (!this.#toleratesErrors) this.problems.push(`turn ${turn.token} ends with ${JSON.stringify(event)}`);
        return;
      default:
    }
  }

  /** Compares the restarted server with all that was acknowledged since the last time. */
  async verify(client: Client, readyAt: number): Promise<void> {
    const sessions = [...this.#touched];
    this.#touched.clear();
    await this.#verifySessions(client, sessions, readyAt);
    await this.verifyFiles(client);
    const open = this.#open.filter((start) => !start.isAnswered);
    this.#open = [];
    for (const start of open) await start.repeat(client, this);
  }

  /** Compares everything that was ever acknowledged. */
  async verifyAll(client: Client, readyAt: number): Promise<void> {
    await this.verify(client, readyAt);
    await this.#verifySessions(client, [...this.#sessions.values()], readyAt);
    for (const file of this.#files) await this.#verifyFile(client, file);
    const { body } = await client.call('GET', '/api/agents');
    const slugs = new Set((body.agents as { slug: string }[]).map(({ slug }) => slug));
    for (const slug of this.agents) this.expect(slugs.has(slug), `agent ${slug} is gone`);
  }

  /** Those that came since the last time. */
  async verifyFiles(client: Client): Promise<void> {
    const files = this.#newFiles;
    this.#newFiles = [];
    for (const file of files) await this.#verifyFile(client, file);
  }

  async verifySession(client: Client, session: KnownSession): Promise<void> {
    this.#touched.delete(session);
    await this.#verifySessions(client, [session], performance.now());
  }

  async #verifySessions(client: Client, sessions: readonly KnownSession[], readyAt: number): Promise<void> {
    for (const session of sessions) {
      const { problems, settledMs } = await verifySession(client, session, readyAt);
      this.problems.push(...problems);
      this.longestSettledMs = Math.max(this.longestSettledMs, settledMs);
    }
  }

  async #verifyFile(client: Client, { path, sizeBytes, bytes, sessionId }: KnownFile): Promise<void> {
    const found = await client.get(path);
    const isSame = bytes ? found.bytes.equals(bytes) : found.bytes.length === sizeBytes;
    const isWhole = found.status === 200 && isSame;
    this.expect(isWhole, `a file of session ${sessionId} answers ${found.status}, ${found.bytes.length} bytes`);
  }
}

/** A start with an idempotency key. */
export class OpenStart {
  session: KnownSession | undefined;
  readonly #body: unknown;
  readonly #turn: KnownTurn;

  constructor(body: unknown, turn: KnownTurn) {
    this.#body = body;
    this.#turn = turn;
  }

  /** Nothing is open: the session is known. */
  get isAnswered(): boolean {
    return this.#turn.state === 'finished';
  }

  async send(client: Client, ledger: Ledger): Promise<void> {
    const turn = this.#turn;
    const answer = await client.stream('/api/agent-sessions/start', this.#body, {
      onOpen: (headers) => {
        const id = headers.get('x-octavus-session-id') ?? 'none';
        const isSame = this.session === undefined || this.session.id === id;
        ledger.expect(isSame, `start ${turn.token} made the sessions ${this.session?.id} and ${id}`);
        this.session = ledger.addSession(id);
        this.session.turns = [turn];
      },
      onEvent: (event) => ledger.noteEvent(this.session!, turn, event),
    });
    ledger.expect(answer.status === 200, `start ${turn.token} answers ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** The same request again gets the turn of the first one, or runs it, in the same session. */
  async repeat(client: Client, ledger: Ledger): Promise<void> {
    this.#turn.text = '';
    this.#turn.state = 'sent';
    try {
      await this.send(client, ledger);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      ledger.problems.push(`start ${this.#turn.token}, sent again, was not answered`);
    }
    const isWhole = this.isAnswered && this.#turn.text === this.#turn.whole;
    ledger.expect(isWhole, `start ${this.#turn.token}, sent again, said "${this.#turn.text}" (${this.#turn.state})`);
  }
}
