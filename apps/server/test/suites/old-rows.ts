import { now } from './storage-fixtures.ts';

export type Row = Readonly<Record<string, string | number | null | Uint8Array>>;

const opening = '{"variables":{},"resources":{}}';
const aSessionRow = {
  ...{ project_id: 'p1', agent_id: 'a1', kind: 'interactive', lease_owner: null, input: '{"NAME":"Ada"}', opening },
  ...{ created_at: now, updated_at: now, last_activity_at: now },
};
const anEntry = { session_id: 's1', created_at: now, log_count: 0, model_request_count: 0, log: null };

/** Rows of the tables that each schema version brought; a session of an old release that nobody touched since. */
export const rowsByVersion: Readonly<Record<number, Readonly<Record<string, readonly Row[]>>>> = {
  1: {
    projects: [{ id: 'p1', slug: 'default', name: 'Default', created_at: now }],
    api_keys: [
      {
        ...{
          id: 'k1',
          project_id: 'p1',
          name: 'ci',
          prefix: 'oct_sk_abcde',
          digest: 'd1',
          permissions: '["sessions"]',
        },
        ...{ created_at: now, last_used_at: null, expires_at: null, revoked_at: null },
      },
    ],
    agents: [
      {
        ...{ id: 'a1', project_id: 'p1', slug: 'desk', name: 'Desk', description: null, format: 'interactive' },
        ...{ version: 1, created_at: now, updated_at: now, archived_at: null },
      },
    ],
    agent_versions: [
      {
        ...{ agent_id: 'a1', version: 1, created_at: now, settings: '{"slug":"desk"}', protocol: 'agent: {}\n' },
        ...{ prompts: '[]', references: '[]' },
      },
    ],
    sessions: [
      { ...aSessionRow, id: 's1', status: 'active', journal_length: 12, execution_id: null, execution_status: null },
      { ...aSessionRow, id: 's2', status: 'active', journal_length: 0, execution_id: 'e', execution_status: 'waiting' },
      { ...aSessionRow, id: 's3', status: 'expired', journal_length: 3, execution_id: null, execution_status: null },
    ],
    // Out of order and twelve of them: a copy must neither lose nor sort them by their text.
    journal: Array.from({ length: 12 }, (_, index) => {
      const seq = (index * 5) % 12;
      return { ...anEntry, seq, changes: `[{"change":"variable-set","name":"N","value":${seq}}]` };
    }),
    nodes: [{ id: 'node', expires_at: now }],
  },
  2: {
    files: [
      {
        ...{ id: 'f1', project_id: 'p1', session_id: 's1', filename: 'a.txt', media_type: 'text/plain' },
        ...{ size_bytes: 3, created_at: now, uploaded_at: now, check_at: now },
      },
    ],
  },
  3: {
    idempotent_requests: [{ project_id: 'p1', key: 'k', fingerprint: 'f', created_at: now, answer: 'sealed' }],
  },
  4: { tokens: [{ jti: 't1', project_id: 'p1', key_id: 'k1', expires_at: now, revoked_at: null }] },
  5: {
    identity_providers: [
      {
        ...{ id: 'i1', project_id: 'p1', issuer: 'https://ci.example', jwks_url: null, algorithms: '["RS256"]' },
        ...{ audience: 'desk', conditions: '{}', agent_id: 'a1', agent_claim: null, session_claim: null },
        ...{ max_lifetime_seconds: 60, enabled: 1, created_at: now },
      },
    ],
  },
  7: {
    accounts: [
      {
        ...{ id: 'u1', email: 'ada@larkspur.example', name: 'Ada', password_hash: 'scrypt$…' },
        ...{ created_at: now, last_sign_in_at: null, disabled_at: null },
      },
    ],
    sign_ins: [{ digest: 'd2', account_id: 'u1', created_at: now, last_used_at: now }],
    sign_in_failures: [{ email_digest: 'd3', count: 2, last_at: now }],
    memberships: [{ project_id: 'p1', account_id: 'u1', role: 'owner', created_at: now }],
    links: [
      {
        ...{ digest: 'd4', id: 'l1', kind: 'invite', project_id: 'p1', role: 'viewer', account_id: null },
        ...{ created_by: 'u1', created_at: now, expires_at: now },
      },
    ],
    usage: [
      {
        ...{ project_id: 'p1', bucket_start: now, agent_id: 'a1', executions: 3, errors: 1, input_tokens: 10 },
        ...{ cached_input_tokens: 2, output_tokens: 20, ms_500: 1, ms_1000: 1, ms_2000: 1, ms_5000: 0 },
        ...{ ms_10000: 0, ms_30000: 0, ms_60000: 0, ms_more: 0 },
      },
    ],
  },
  8: {
    agent_keys: [
      {
        ...{ id: 'g1', project_id: 'p1', agent_id: 'a1', name: 'desk', prefix: 'oct_agt_abcd', digest: 'd5' },
        ...{ created_at: now, revoked_at: null },
      },
    ],
    thread_runs: [
      {
        ...{ session_id: 's1', seq: 0, project_id: 'p1', status: 'running', node_id: 'node', execution_id: null },
        ...{ failure_reason: null, created_at: now, message: '{"message":"Hi","files":[]}' },
      },
    ],
  },
  9: { stop_requests: [{ id: 'r1', session_id: 's1', execution_id: 'e', expires_at: now }] },
  11: {
    skills: [
      {
        ...{ id: 'sk1', project_id: 'p1', slug: 'seed-packer', visibility: 'private', file_count: 1 },
        ...{ matter: '{"name":"seed-packer","description":"Packs"}', created_at: now, updated_at: now },
        archive: new Uint8Array([80, 75, 5, 6]),
      },
    ],
    skill_secrets: [{ skill_id: 'sk1', name: 'SEED_TOKEN', value: 'sealed', updated_at: now }],
  },
};
