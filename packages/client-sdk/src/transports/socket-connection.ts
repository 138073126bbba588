/** The part of a WebSocket that the transport uses; SockJS and others have it too. */
export interface SocketLike {
  send(data: string): void;
  close(): void;
  /** 1 means open. */
  readyState: number;
  onmessage: ((event: MessageEvent) => void) | null | undefined;
  onclose: ((event: CloseEvent) => void) | null | undefined;
}

export type ConnectionState = 'disconnected' | 'connecting' | 'connected' | 'error';
export type ConnectionStateListener = (state: ConnectionState, error?: Error) => void;

/** Pauses between attempts: `baseMs`, doubled each time, at most `maxMs`. */
export interface Reconnect {
  /** Default 5. */
  maxAttempts?: number;
  /** Default 1000. */
  baseMs?: number;
  /** Default 30 000. */
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
    listener(this.#state, this.#error);
    return () => void this.#listeners.delete(listener);
  }

  /** @returns the open socket; rejects when it cannot be opened, or is closed while it opens. */
  open(): Promise<SocketLike> {
    if (this.#socket?.readyState === openState) return Promise.resolve(this.#socket);
    this.#opening ??= this.#connect({ pausesFirst: false });
    return this.#opening;
  }

  sendIfOpen(text: string): void {
    if (this.#socket?.readyState === openState) this.#socket.send(text);
  }

  close(): void {
    const socket = this.#socket;
    this.#generation += 1;
    this.#socket = undefined;
    this.#opening = undefined;
    this.#endPause?.();
    socket?.close();
    this.#options.onLost();
    this.#become('disconnected');
  }

  async #connect({ pausesFirst }: { pausesFirst: boolean }): Promise<SocketLike> {
    const { reconnect } = this.#options;
    const attempts = reconnect ? (reconnect.maxAttempts ?? 5) : 1;
    this.#generation += 1;
    const generation = this.#generation;
    this.#become('connecting');
    for (let attempt = 1; ; attempt += 1) {
      if (attempt > 1 || pausesFirst) await this.#pause(pausesFirst ? attempt : attempt - 1);
      try {
        return await this.#attempt(generation);
      } catch (cause) {
        if (generation !== this.#generation) throw cause;
        if (attempt >= attempts) throw this.#giveUp(cause);
      }
    }
  }

  async #attempt(generation: number): Promise<SocketLike> {
    const closed = () => new Error('The connection was closed while it was being opened');
    if (generation !== this.#generation) throw closed();
    const socket = await this.#options.connect();
    if (generation === this.#generation) return this.#adopt(socket);
    socket.close();
    throw closed();
  }

  #adopt(socket: SocketLike): SocketLike {
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#options.onData(parseData(data));
    };
    socket.onclose = () => this.#closed(socket);
    this.#socket = socket;
    this.#opening = undefined;
    this.#become('connected');
    return socket;
  }

  #closed(socket: SocketLike): void {
    const wasCurrent = socket === this.#socket;
    if (wasCurrent) {
      this.#socket = undefined;
      this.#options.onLost();
      this.#become('disconnected');
    }
    if (!this.#socket && !this.#opening) this.#options.onClose();
    if (wasCurrent && this.#options.reconnect && !this.#socket) {
      this.#opening ??= this.#connect({ pausesFirst: true });
      // Whoever sends next learns of the failure; until then the state tells.
      this.#opening.catch(() => undefined);
    }
  }

  #giveUp(cause: unknown): Error {
    const error = cause instanceof Error ? cause : new Error('Connection failed', { cause });
    this.#opening = undefined;
    this.#become('error', error);
    return error;
  }

  #pause(attempt: number): Promise<void> {
    const { baseMs = 1000, maxMs = 30_000 } = this.#options.reconnect ?? {};
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#endPause?.(), Math.min(maxMs, baseMs * 2 ** (attempt - 1)));
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
    for (const listener of [...this.#listeners]) listener(state, error);
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
