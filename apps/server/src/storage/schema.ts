/**
 * The tables, as Kysely sees them. Times are milliseconds since the epoch, JSON is text, ids are text of at most 64 characters
 * (http-api.md 1.2). A new table is a line here and a module in `migrations/`.
 */
export interface Database {
  schema_version: SchemaVersionTable;
  projects: ProjectsTable;
  api_keys: ApiKeysTable;
  agents: AgentsTable;
  agent_versions: AgentVersionsTable;
  sessions: SessionsTable;
  journal: JournalTable;
  nodes: NodesTable;
  idempotent_requests: IdempotentRequestsTable;
  files: FilesTable;
  tokens: TokensTable;
  identity_providers: IdentityProvidersTable;
  accounts: AccountsTable;
  sign_ins: SignInsTable;
  sign_in_failures: SignInFailuresTable;
  memberships: MembershipsTable;
  links: LinksTable;
  usage: UsageTable;
  agent_keys: AgentKeysTable;
  thread_runs: ThreadRunsTable;
  stop_requests: StopRequestsTable;
  skills: SkillsTable;
  skill_secrets: SkillSecretsTable;
}

/** One row per applied migration. */
interface SchemaVersionTable {
  version: number;
  name: string;
}

export interface ProjectsTable {
  id: string;
  slug: string;
  name: string;
  created_at: number;
  archived_at: number | null;
}

export interface ApiKeysTable {
  id: string;
  project_id: string;
  name: string;
  prefix: string;
  /** SHA-256 of the whole key, lower-case hex; unique. */
  digest: string;
  /** JSON array. */
  permissions: string;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
  revoked_at: number | null;
}

/** The slug is unique among the agents of the project that are not archived. */
export interface AgentsTable {
  id: string;
  project_id: string;
  slug: string;
  name: string;
  description: string | null;
  format: 'interactive' | 'worker';
  version: number;
  created_at: number;
  updated_at: number;
  archived_at: number | null;
}

/** Written once, never changed. */
export interface AgentVersionsTable {
  agent_id: string;
  version: number;
  created_at: number;
  /** JSON object. */
  settings: string;
  protocol: string;
  /** JSON array. */
  prompts: string;
  /** JSON array. */
  references: string;
}

/** What changes with each commit comes before the JSON, which never changes. */
export interface SessionsTable {
  id: string;
  project_id: string;
  agent_id: string;
  kind: 'interactive' | 'worker' | 'thread' | 'upload';
  status: 'active' | 'expired';
  journal_length: number;
  /** Node that may write the session, as long as its row in `nodes` lives. */
  lease_owner: string | null;
  execution_id: string | null;
  execution_status: 'running' | 'waiting' | null;
  created_at: number;
  updated_at: number;
  last_activity_at: number;
  /** JSON object. */
  input: string;
  /** JSON object. */
  opening: string;
  /** SHA-256 of the idempotency key the session was started with; unique for its agent. */
  start_key: string | null;
  /** SHA-256 of what that request asked for. */
  start_body: string | null;
  /** The execution that answered it last. */
  start_execution_id: string | null;
}

/** One row per commit of a session; (session_id, seq) is the key. Counts come before the JSON so that counting reads no JSON. */
export interface JournalTable {
  session_id: string;
  seq: number;
  created_at: number;
  log_count: number;
  /** How many of `log_count` are of type `model-request`. */
  model_request_count: number;
  /** JSON array of changes. */
  changes: string;
  /** JSON array of log entries; null when there are none. */
  log: string | null;
}

/** One row per request with an `Idempotency-Key`, for as long as its answer is kept. */
export interface IdempotentRequestsTable {
  project_id: string;
  /** SHA-256 of the key. */
  key: string;
  /** SHA-256 of what was asked for. */
  fingerprint: string;
  created_at: number;
  /** Names the request that works on it; null in rows of releases that named none. */
  owner: string | null;
  /** Encrypted; null while the request is being worked on. */
  answer: string | null;
}

interface NodesTable {
  id: string;
  expires_at: number;
}

/** One row per file; its bytes are in the file store under the same id. */
export interface FilesTable {
  id: string;
  project_id: string;
  session_id: string;
  filename: string;
  media_type: string;
  size_bytes: number;
  created_at: number;
  /** null until the bytes are known to be there. */
  uploaded_at: number | null;
  /** When the sweeper looks at the file next. */
  check_at: number;
}

/** One row per ephemeral token that was minted, until it has expired. */
export interface TokensTable {
  jti: string;
  project_id: string;
  /** The API key that minted it. */
  key_id: string;
  expires_at: number;
  revoked_at: number | null;
}

/** The slug is unique in the project. */
export interface SkillsTable {
  id: string;
  project_id: string;
  slug: string;
  visibility: string;
  /** JSON object: what the front matter of SKILL.md says. */
  matter: string;
  file_count: number;
  created_at: number;
  updated_at: number;
  /** ZIP, as it was uploaded. */
  archive: Uint8Array;
}

export interface SkillSecretsTable {
  skill_id: string;
  name: string;
  /** Sealed. */
  value: string;
  updated_at: number;
}

/** One row per registered identity provider. */
export interface IdentityProvidersTable {
  id: string;
  project_id: string;
  issuer: string;
  /** null: asked of the issuer. */
  jwks_url: string | null;
  /** JSON array. */
  algorithms: string;
  /** Unique. */
  audience: string;
  /** JSON array. */
  conditions: string;
  /** Of every token; null when a claim says which. */
  agent_id: string | null;
  agent_claim: string | null;
  session_claim: string | null;
  max_lifetime_seconds: number;
  enabled: 0 | 1;
  created_at: number;
}

/** People who sign in to the console. */
export interface AccountsTable {
  id: string;
  /** Lower case; unique. */
  email: string;
  name: string;
  password_hash: string;
  created_at: number;
  last_sign_in_at: number | null;
  disabled_at: number | null;
}

/** One row per browser that is signed in. */
export interface SignInsTable {
  /** SHA-256 of what the cookie holds, lower-case hex. */
  digest: string;
  account_id: string;
  created_at: number;
  last_used_at: number;
}

/** Wrong passwords in a row, also for addresses that no account has. */
export interface SignInFailuresTable {
  /** SHA-256 of the email address. */
  email_digest: string;
  count: number;
  last_at: number;
}

export interface MembershipsTable {
  project_id: string;
  account_id: string;
  role: 'viewer' | 'developer' | 'owner';
  created_at: number;
}

/** One row per one-time link that nobody has used. */
export interface LinksTable {
  /** SHA-256 of the token in the link, lower-case hex. */
  digest: string;
  id: string;
  kind: 'owner' | 'invite' | 'reset';
  /** Of an invite. */
  project_id: string | null;
  /** Of an invite. */
  role: MembershipsTable['role'] | null;
  /** Of a reset. */
  account_id: string | null;
  /** null: an operator or the server itself. */
  created_by: string | null;
  created_at: number;
  expires_at: number;
}

/** What the executions of an agent came to in five minutes; `ms_…` count requests that took up to so long. */
export interface UsageTable {
  project_id: string;
  bucket_start: number;
  agent_id: string;
  executions: number;
  errors: number;
  input_tokens: number;
  cached_input_tokens: number;
  output_tokens: number;
  ms_500: number;
  ms_1000: number;
  ms_2000: number;
  ms_5000: number;
  ms_10000: number;
  ms_30000: number;
  ms_60000: number;
  ms_more: number;
}

/** One row per key of an agent. */
export interface AgentKeysTable {
  id: string;
  project_id: string;
  agent_id: string;
  name: string;
  prefix: string;
  /** SHA-256 of the whole key, lower-case hex; unique. */
  digest: string;
  created_at: number;
  revoked_at: number | null;
}

/** One row per message to a workforce thread; (session_id, seq) is the key. */
export interface ThreadRunsTable {
  session_id: string;
  seq: number;
  project_id: string;
  status: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';
  /** The node that works on it, as long as its row in `nodes` lives. */
  node_id: string | null;
  execution_id: string | null;
  failure_reason: string | null;
  created_at: number;
  /** JSON object: what the agent is told. */
  message: string;
}

/** One row per request to a node to stop an execution that runs there, until it has stopped. */
export interface StopRequestsTable {
  id: string;
  session_id: string;
  execution_id: string;
  expires_at: number;
}
