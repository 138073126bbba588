import { callSafely } from '../call-safely.ts';

/** The part of a WebSocket that the transport uses; SockJS and others have it too. */
export interface SocketLike {
  send(data: string): void;
  close(): void;
  /** 1 means open. */
  readyState: number;
  onmessage: ((event: MessageEvent) => void) | null | undefined;
  onclose: ((event: CloseEvent) => void) | null | undefined;
}

/** `error`: the last attempt failed, or all of `reconnect`. The next use tries again, from every state. */
export type ConnectionState = 'disconnected' | 'connecting' | 'connected' | 'error';
/** @param error why, in the state `error`. */
export type ConnectionStateListener = (state: ConnectionState, error?: Error) => void;

/** Pauses between attempts: `baseMs`, doubled each time, at most `maxMs`. */
export interface Reconnect {
  /** In a row; connections that are lost before anything came count too. Default 5. */
  maxAttempts?: number;
  /** In milliseconds. Default 1000. */
  baseMs?: number;
  /** In milliseconds. Default 30 000. */
  maxMs?: number;
}

export interface SocketConnectionOptions {
  readonly connect: () => Promise<SocketLike>;
  readonly reconnect?: Reconnect;
  readonly onData: (data: unknown) => void;
  /** The open connection is gone, however it ended. */
  readonly onLost: () => void;
  /** A socket closed and none has taken its place. */
  readonly onClose: () => void;
}

const openState = 1;
const defaultMaxMs = 30_000;

/**
 * One connection, opened when it is needed. Each attempt has a number: what a socket of an earlier number delivers or loses is
 * nobody's business any more, so a component that mounts twice neither leaks its first socket nor loses its second.
 */
export class SocketConnection {
  readonly #options: SocketConnectionOptions;
  readonly #listeners = new Set<ConnectionStateListener>();
  #state: ConnectionState = 'disconnected';
  #error: Error | undefined;
  #generation = 0;
  #socket: SocketLike | undefined;
  #openedAt = 0;
  /** Connections in a row that were lost soon, before anything came. */
  #fruitless = 0;
  #opening: Promise<SocketLike> | undefined;
  #endPause: (() => void) | undefined;

  constructor(options: SocketConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The listener is called at once and on every change. */
  subscribe(listener: ConnectionStateListener): () => void {
    this.#listeners.add(listener);
    callSafely(listener, this.#state, this.#error);
    return () => void this.#listeners.delete(listener);
  }

  /** @returns the open socket; rejects when it cannot be opened, or is closed while it opens. */
  open(): Promise<SocketLike> {
    if (this.#socket?.readyState === openState) return Promise.resolve(this.#socket);
    // It is closing and has not told yet.
    if (this.#socket) this.#lose();
    this.#opening ??= this.#connect(0);
    return this.#opening;
  }

  sendIfOpen(text: string): void {
    if (this.#socket?.readyState === openState) this.#socket.send(text);
  }

  close(): void {
    const socket = this.#socket;
    this.#generation += 1;
    this.#opening = undefined;
    this.#endPause?.();
    this.#lose();
    callSafely(() => socket?.close());
    this.#become('disconnected');
  }

  #lose(): void {
    this.#socket = undefined;
    this.#options.onLost();
  }

  /** @param pauses that grew so far: the next one is longer. With 0 the first attempt comes at once. */
  async #connect(pauses: number): Promise<SocketLike> {
    this.#generation += 1;
    const generation = this.#generation;
    this.#become('connecting');
    for (let attempt = 1; ; attempt += 1) {
      const pause = pauses + attempt - 1;
      if (pause > 0) await this.#pause(pause);
      try {
        return await this.#attempt(generation);
      } catch (cause) {
        if (generation !== this.#generation) throw cause;
        if (attempt >= this.#maxAttempts) throw this.#giveUp(cause);
      }
    }
  }

  get #maxAttempts(): number {
    const { reconnect } = this.#options;
    return reconnect ? (reconnect.maxAttempts ?? 5) : 1;
  }

  async #attempt(generation: number): Promise<SocketLike> {
    const isWanted = () => generation === this.#generation;
    const closed = () => new Error('The connection was closed while it was being opened');
    if (!isWanted()) throw closed();
    const socket = await this.#options.connect();
    if (isWanted() && socket.readyState === openState) return this.#adopt(socket);
    callSafely(() => socket.close());
    // Nothing would ever be heard of it: neither a message nor its close.
    throw isWanted() ? new Error('connect() must resolve with a socket that is open (readyState 1)') : closed();
  }

  #adopt(socket: SocketLike): SocketLike {
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      this.#fruitless = 0;
      this.#options.onData(parseData(data));
    };
    socket.onclose = () => this.#closed(socket);
    this.#socket = socket;
    this.#openedAt = Date.now();
    this.#opening = undefined;
    this.#become('connected');
    return socket;
  }

  #closed(socket: SocketLike): void {
    const wasCurrent = socket === this.#socket;
    if (wasCurrent) {
      this.#lose();
      this.#become('disconnected');
    }
    if (!this.#socket && !this.#opening) this.#options.onClose();
    if (wasCurrent && this.#options.reconnect && !this.#socket && !this.#opening) this.#reopen(this.#options.reconnect);
  }

  /** A server that takes connections and drops them is as good as down: that counts as failed attempts do. */
  #reopen({ maxMs = defaultMaxMs }: Reconnect): void {
    this.#fruitless = Date.now() - this.#openedAt < maxMs ? this.#fruitless + 1 : 0;
    if (this.#fruitless > this.#maxAttempts) {
      this.#become('error', new Error(`The connection was lost ${this.#fruitless} times before anything came`));
      return;
    }
    this.#opening = this.#connect(Math.max(1, this.#fruitless));
    // Whoever sends next learns of the failure; until then the state tells.
    this.#opening.catch(() => undefined);
  }

  #giveUp(cause: unknown): Error {
    const error = cause instanceof Error ? cause : new Error('Connection failed', { cause });
    this.#opening = undefined;
    this.#become('error', error);
    return error;
  }

  #pause(count: number): Promise<void> {
    const { baseMs = 1000, maxMs = defaultMaxMs } = this.#options.reconnect ?? {};
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#endPause?.(), Math.min(maxMs, baseMs * 2 ** (count - 1)));
      this.#endPause = () => {
        this.#endPause = undefined;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #become(state: ConnectionState, error?: Error): void {
    if (state === this.#state && error === this.#error) return;
    this.#state = state;
    this.#error = error;
    for (const listener of [...this.#listeners]) callSafely(listener, state, error);
  }
}

function parseData(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
