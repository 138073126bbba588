import type { ZodType } from 'zod';
import { ApiFailure, CliFailure } from '../failures.ts';
import { readAnswer, readFailure } from './read-answer.ts';
import { codeOf, type Wait, withRetries } from './retry.ts';

/** Longest wait for an answer, in milliseconds; for a stream, for its next byte (cli.md 2, sdk-server.md 6.3). */
const defaultLimitMs = 60_000;

/** An upload may take longer, by this pace. */
const slowestBytesPerMs = 32;

/** The wire version whose shapes the CLI reads; it also selects flat errors (http-api.md 4.1). */
const wireVersion = '4';

export interface ApiOptions {
  readonly url: string;
  readonly key: string;
  readonly version: string;
  /** Ends requests that are under way. */
  readonly signal: AbortSignal;
  /** Between attempts. */
  readonly wait: Wait;
  /** Longest wait for an answer, in milliseconds. Default: 60 s. */
  readonly limitMs?: number;
}

export interface RequestOptions<Answer = unknown> {
  /** What the answer must look like; it is given back as it came. */
  readonly schema?: ZodType<Answer>;
  /** Sent as JSON; a `FormData` as it is. */
  readonly body?: unknown;
  /** Ends this request besides the signal of the client. */
  readonly signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The HTTP API of one server, as one key sees it. */
export class Api {
  readonly url: string;
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.url = options.url;
    this.#options = options;
  }

  /**
   * Sends a request and reads its JSON answer.
   *
   * @param path below the address, such as `/api/agents`.
   * @throws ApiFailure for refusals and answers that are not JSON; CliFailure NETWORK_ERROR.
   */
  async request<Answer>(method: Method, path: string, options: RequestOptions<Answer> = {}): Promise<Answer> {
    const { response, done } = await this.#send(method, path, options);
    try {
      const answer = await readAnswer(response);
      const problem = options.schema?.safeParse(answer).error?.issues[0];
      if (!problem) return answer as Answer;
      const place = problem.path.map(String).join('.') || 'the answer';
      throw new ApiFailure(`The answer is not what was expected: ${place}: ${problem.message}`, response);
    } catch (error) {
      throw error instanceof ApiFailure ? error : this.#explain(error);
    } finally {
      done();
    }
  }

  /**
   * Reads an answer that is a file.
   *
   * @param type its media type.
   * @throws as `request` does, also when the answer is of another type.
   */
  async download(path: string, type: string): Promise<Uint8Array> {
    const { response, done } = await this.#send('GET', path, {});
    try {
      const isRight = response.headers.get('content-type')?.startsWith(type) ?? false;
      if (!response.ok || !isRight) throw await readFailure(response, `a file (${type})`);
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw error instanceof ApiFailure ? error : this.#explain(error);
    } finally {
      done();
    }
  }

  /**
   * Puts bytes to a signed address, which need not be the server's: the key does not go with them.
   *
   * @throws as `request` does.
   */
  async upload(address: string, bytes: Uint8Array, type: string): Promise<void> {
    const send = (signal: AbortSignal) =>
      fetch(address, { method: 'PUT', headers: { 'content-type': type }, body: new Uint8Array(bytes), signal });
    const limitMs = this.#limitMs + bytes.length / slowestBytesPerMs;
    const { response, done } = await this.#attempt(send, { address, isIdempotent: true, limitMs });
    try {
      if (!response.ok) throw await readFailure(response);
      await response.body?.cancel();
    } finally {
      done();
    }
  }

  /** As `request`; `undefined` when the server does not know what is asked for. */
  async find<Answer>(path: string, schema: ZodType<Answer>): Promise<Answer | undefined> {
    try {
      return await this.request('GET', path, { schema });
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * Posts and gives the body of an event stream as it arrives. Aborting the signal closes the connection.
   *
   * @throws ApiFailure when the request is refused; CliFailure NETWORK_ERROR, also while the stream is read.
   */
  async *stream(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const { response, restart, done } = await this.#send('POST', path, { body, signal });
    try {
      if (!response.ok || !response.body) throw await readFailure(response, 'an event stream');
      const reader = response.body.getReader();
      try {
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
          restart();
          yield read.value;
        }
      } catch (error) {
        throw this.#explain(error, { signal });
      } finally {
        await reader.cancel().catch(() => undefined);
      }
    } finally {
      done();
    }
  }

  async #send(method: Method, path: string, { body, signal }: RequestOptions) {
    const isForm = body instanceof FormData;
    const send = (stop: AbortSignal) =>
      fetch(this.url + path, {
        method,
        headers: this.#headers(body !== undefined && !isForm),
        signal: stop,
        // Elsewhere the key does not go along, and a POST becomes a GET: what answers there says nothing about this request.
        redirect: 'manual',
        ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      });
    const isIdempotent = method === 'GET' || method === 'PUT' || method === 'DELETE';
    return this.#attempt(send, { address: this.url, isIdempotent, ...(signal && { signal }) });
  }

  async #attempt(
    send: (signal: AbortSignal) => Promise<Response>,
    { address, isIdempotent, signal, limitMs = this.#limitMs }: AttemptOptions,
  ) {
    const { signal: stopped, wait } = this.#options;
    const attempt = openAttempt([stopped, ...(signal ? [signal] : [])], limitMs);
    try {
      const response = await withRetries(() => send(attempt.signal), { signal: attempt.signal, isIdempotent, wait });
      return { response, ...attempt };
    } catch (error) {
      attempt.done();
      throw this.#explain(error, { address, ...(signal && { signal }) });
    }
  }

  get #limitMs(): number {
    return this.#options.limitMs ?? defaultLimitMs;
  }

  #headers(hasJson: boolean): Record<string, string> {
    const { key, version } = this.#options;
    return {
      authorization: `Bearer ${key}`,
      ...(hasJson && { 'content-type': 'application/json' }),
      'x-octavus-sdk-version': wireVersion,
      'user-agent': `octavus-cli/${version}`,
    };
  }

  /** `fetch` says "fetch failed" whatever happened; its cause knows. */
  #explain(error: unknown, { address = this.url, signal }: Partial<Pick<AttemptOptions, 'address' | 'signal'>> = {}) {
    const { signal: stopped } = this.#options;
    if (stopped.aborted) return stopped.reason;
    if (error instanceof Error && error.name === 'TimeoutError') {
      return new CliFailure('NETWORK_ERROR', `${hostOf(address)} ${error.message}. ${seeDoctor}`, { cause: error });
    }
    if (signal?.aborted) return signal.reason;
    const code = codeOf(error);
    const reason = (code !== undefined && reasons[code]) || `${causeOf(error)}. ${seeDoctor}`;
    return new CliFailure('NETWORK_ERROR', `Cannot reach ${hostOf(address)}: ${reason}`, { cause: error });
  }
}

interface AttemptOptions {
  readonly address: string;
  readonly isIdempotent: boolean;
  /** Ends this request besides the signal of the client. */
  readonly signal?: AbortSignal;
  readonly limitMs?: number;
}

function hostOf(address: string): string {
  return new URL(address).host;
}

const seeDoctor = '`octavus doctor` looks for the cause';

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused (ECONNREFUSED). Is the server running?',
  ENOTFOUND: 'no such host (ENOTFOUND). Is the address right? `octavus config` shows it',
  EAI_AGAIN: 'the name cannot be resolved (EAI_AGAIN). Is there a network?',
  ECONNRESET: `the connection was closed (ECONNRESET). Try again; ${seeDoctor}`,
  UND_ERR_SOCKET: `the connection was closed. Try again; ${seeDoctor}`,
};

function causeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } };
  const code = typeof cause?.code === 'string' ? ` (${cause.code})` : '';
  const message =
    typeof cause?.message === 'string' && cause.message !== '' ? cause.message : String((error as Error).message);
  return `${message}${code}`;
}

/** One signal for a request: its time is up, or one of the given ones aborts. Node.js 18 has no `AbortSignal.any`. */
function openAttempt(signals: readonly AbortSignal[], limitMs: number) {
  const controller = new AbortController();
  const timeout = () => {
    const error = new Error(`said nothing for ${limitMs / 1000} s`);
    error.name = 'TimeoutError';
    controller.abort(error);
  };
  const timer = setTimeout(timeout, limitMs);
  const listeners = signals.map((signal) => {
    const listener = () => controller.abort(signal.reason);
    if (signal.aborted) listener();
    signal.addEventListener('abort', listener, { once: true });
    return { signal, listener };
  });
  return {
    signal: controller.signal,
    /** Something came: the time begins anew. */
    restart: () => timer.refresh(),
    done: () => {
      clearTimeout(timer);
      for (const { signal, listener } of listeners) signal.removeEventListener('abort', listener);
    },
  };
}
