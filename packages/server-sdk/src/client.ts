import { AgentSessionsApi } from './api/agent-sessions.ts';
import { AgentsApi } from './api/agents.ts';
import { FilesApi } from './api/files.ts';
import { TokensApi } from './api/tokens.ts';
import { WorkforceApi } from './api/workforce.ts';
import {
  type ApiConfig,
  type ApiKeyProvider,
  baseUrlOf,
  configFromEnv,
  type OctavusClientConfig,
  type RequestHeaders,
  requestHeaders,
} from './config.ts';
import { segment } from './http/request-json.ts';
import { WorkersApi } from './workers/workers.ts';

/** Headers at once, or a promise of them when the key comes from a function. */
export type HeadersFor<Key> = Key extends () => unknown ? Promise<RequestHeaders> : RequestHeaders;

/**
 * The way to one server. Making a client sends nothing and reads no environment variable.
 *
 * @typeParam Key what `apiKey` is; a variable that holds a client with a key function is an `OctavusClient<ApiKeyProvider>`.
 */
export class OctavusClient<Key extends ApiKeyProvider | undefined = string | undefined> {
  /** Without the slash at its end. */
  readonly baseUrl: string;
  readonly agents: AgentsApi;
  readonly agentSessions: AgentSessionsApi;
  readonly files: FilesApi;
  readonly workers: WorkersApi;
  readonly workforce: WorkforceApi;
  readonly tokens: TokensApi;
  readonly #config: OctavusClientConfig<Key>;

  /** @throws TypeError without a `baseUrl`. */
  constructor(config: OctavusClientConfig<Key>) {
    this.#config = config;
    this.baseUrl = baseUrlOf(config);
    const { apiKey: _apiKey, traceModelRequests: _traceModelRequests, ...options } = config;
    const api: ApiConfig = { ...options, baseUrl: this.baseUrl, getHeaders: () => this.getHeaders() };
    this.agents = new AgentsApi(api);
    this.agentSessions = new AgentSessionsApi(api);
    this.files = new FilesApi(api);
    this.workers = new WorkersApi(api);
    this.workforce = new WorkforceApi(api);
    this.tokens = new TokensApi(api);
  }

  /**
   * A client for the server that the environment names: `OCTAVUS_API_URL`, else `OCTAVUS_BASE_URL`, else `http://localhost:6282`,
   * with the key in `OCTAVUS_API_KEY`.
   *
   * @param overrides take precedence, unless they are `undefined`.
   */
  static fromEnv(overrides: Partial<OctavusClientConfig<string | undefined>> = {}): OctavusClient {
    const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
    return new OctavusClient<string | undefined>({ ...configFromEnv(globalThis.process?.env ?? {}), ...given });
  }

  /** The headers of every request. */
  getHeaders(): HeadersFor<Key> {
    // A promise exactly when the key is a function.
    return requestHeaders(this.#config) as HeadersFor<Key>;
  }

  /** The session's page in the console. */
  getSessionUrl(sessionId: string): string {
    return `${this.baseUrl}/platform/sessions/${segment(sessionId)}`;
  }

  /** The agent's page in the console. */
  getAgentUrl(agentId: string): string {
    return `${this.baseUrl}/platform/agents/${segment(agentId)}`;
  }
}
