import { type Leg, readLeg } from './leg.ts';

/** An answer read to its end. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws when it is not. */
  // biome-ignore lint/suspicious/noExplicitAny: a body under test has no type yet
  readonly json: any;
}

export interface RequestOptions {
  /** Sent as JSON; a string or bytes go as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Plain HTTP against one server with one credential. */
export interface Api {
  readonly url: string;
  readonly key: string | undefined;
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  get(path: string, options?: RequestOptions): Promise<Answer>;
  post(path: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
  /** Answers as soon as the headers are there. */
  open(method: string, path: string, options?: RequestOptions): Promise<Response>;
  /** Creates an agent and returns its id; throws when it is refused. */
  createAgent(definition: object): Promise<string>;
  createSession(agentId: string, input?: object): Promise<string>;
  /** Fires a trigger or continues an execution, and reads the whole stream. */
  trigger(sessionId: string, body: object, options?: RequestOptions): Promise<Leg>;
  /** The same server with another credential, or with none. */
  as(key: string | undefined): Api;
}

export function createApi(url: string, key: string | undefined): Api {
  const open = (method: string, path: string, options: RequestOptions = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: { ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }), ...options.headers },
      ...(options.body === undefined ? {} : { body: toBody(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  const request = async (method: string, path: string, options?: RequestOptions) =>
    toAnswer(await open(method, path, options));
  const post = (path: string, body: unknown = {}, options?: RequestOptions) =>
    request('POST', path, { ...options, body });
  return {
    url,
    key,
    open,
    request,
    post,
    get: (path, options) => request('GET', path, options),
    createAgent: async (definition) => must(await post('/api/agents', definition), 201).json.agentId,
    createSession: async (agentId, input) =>
      must(await post('/api/agent-sessions', { agentId, input }), 201).json.sessionId,
    trigger: async (sessionId, body, options) =>
      readLeg(await open('POST', `/api/agent-sessions/${sessionId}/trigger`, { ...options, body })),
    as: (other) => createApi(url, other),
  };
}

function toBody(body: unknown): BodyInit {
  return typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}

function must(answer: Answer, status: number): Answer {
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${answer.text.slice(0, 2000)}`);
  return answer;
}
