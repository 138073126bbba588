/** What a command sent, without what changes from run to run. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: unknown;
}

/** A command line, in a situation. */
export interface Case {
  readonly command: string;
  readonly mode: 'text' | 'json' | 'quiet';
  readonly situation: string;
  readonly words: readonly string[];
  readonly answer: (request: Sent) => Answer;
  readonly env?: Readonly<Record<string, string>>;
  /** Nothing listens where the server should be. */
  readonly isClosed?: boolean;
}

export type Field = 'status' | 'stdout' | 'stderr' | 'requests';

/** Where ours differs on purpose. Everything else is the same, byte for byte. */
export interface Difference {
  readonly reason: string;
  readonly applies: (one: Case) => boolean;
  readonly fields: (one: Case) => readonly Field[];
}

const id = 'ca7k2m9qd4x1v8t3h6zw5n0p';
const warning = { message: 'Resources are deprecated', path: 'resources', severity: 'warning' };
const error = { message: 'Handler "x" has no trigger', path: 'handlers.x', severity: 'error' };
const definition = {
  settings: { slug: 'shop-desk', name: 'Shop Desk', description: 'Sells', format: 'interactive' },
  protocol: 'agent: {}\n',
  prompts: [{ name: 'system', content: 'Hi' }],
  id,
};
const summary = { slug: 'shop-desk', id, name: 'Shop Desk', description: null, format: 'interactive' };
const agent = { ...summary, createdAt: 'c', updatedAt: 'u', projectId: 'p' };

function healthy({ method, url }: Sent): Answer {
  if (url === '/api/agents/validate') return { status: 200, body: { valid: true, errors: [], warnings: [warning] } };
  if (method === 'GET') return { status: 200, body: url === '/api/agents' ? { agents: [agent] } : definition };
  return { status: method === 'POST' ? 201 : 200, body: { agentId: id, message: 'Done' } };
}

const always = (status: number, body: unknown, type?: string) => () => ({ status, body, ...(type && { type }) });

const situations: Readonly<Record<string, Pick<Case, 'answer' | 'env' | 'isClosed'>>> = {
  success: { answer: healthy },
  'not found': { answer: always(404, { error: 'Agent not found', code: 'NOT_FOUND' }) },
  'flat error': { answer: always(403, { error: 'Access denied', code: 'FORBIDDEN' }) },
  'nested error': { answer: always(403, { error: { code: 'FORBIDDEN', message: 'Access denied' } }) },
  'HTML error': { answer: always(500, '<h1>Oops</h1>', 'text/html') },
  'HTML success': { answer: always(200, '<h1>Hello</h1>', 'text/html') },
  'broken JSON': { answer: always(200, '{', 'application/json') },
  'no key': { answer: healthy, env: { OCTAVUS_API_KEY: '' } },
  'connection refused': { answer: healthy, isClosed: true },
};

const flags = { text: [], json: ['--json'], quiet: ['--quiet'] } as const;

function casesOf(command: string, words: readonly string[]): Case[] {
  return Object.entries(situations).flatMap(([situation, settings]) => {
    const modes =
      situation === 'success' || situation === 'flat error'
        ? (['text', 'json', 'quiet'] as const)
        : (['text', 'json'] as const);
    return modes.map((mode): Case => ({ command, mode, situation, words: [...words, ...flags[mode]], ...settings }));
  });
}

function folderCases(command: string): Case[] {
  const folders = ['nowhere', 'a-file', 'no-settings', 'no-json', 'bad-settings', 'no-protocol'];
  return folders.flatMap((folder) =>
    (['text', 'json'] as const).map(
      (mode): Case => ({ command, mode, situation: folder, words: [command, folder, ...flags[mode]], answer: healthy }),
    ),
  );
}

const others: readonly Case[] = [
  {
    command: 'validate',
    mode: 'text',
    situation: 'findings',
    words: ['validate', 'shop-desk'],
    answer: always(200, {
      valid: false,
      errors: [error, { message: 'No place', severity: 'error' }],
      warnings: [warning],
    }),
  },
  {
    command: 'validate',
    mode: 'json',
    situation: 'findings',
    words: ['validate', 'shop-desk', '--json'],
    answer: always(200, { valid: false, errors: [error], warnings: [] }),
  },
  {
    command: 'validate',
    mode: 'json',
    situation: 'findings with code and line',
    words: ['validate', 'shop-desk', '--json'],
    answer: always(200, { valid: false, errors: [{ ...error, code: 'PROTO_X', line: 3, column: 1 }], warnings: [] }),
  },
  {
    command: 'sync',
    mode: 'text',
    situation: 'created',
    words: ['sync', 'shop-desk'],
    answer: ({ method }) =>
      method === 'GET' ? { status: 404, body: { error: 'x' } } : { status: 201, body: { agentId: id, message: 'ok' } },
  },
  { command: 'list', mode: 'text', situation: 'nothing there', words: ['list'], answer: always(200, { agents: [] }) },
  {
    command: 'list',
    mode: 'json',
    situation: 'nothing there',
    words: ['list', '--json'],
    answer: always(200, { agents: [] }),
  },
  {
    command: 'list',
    mode: 'json',
    situation: 'env file',
    words: ['list', '--json', '--env', 'other.env'],
    env: { OCTAVUS_API_KEY: '' },
    answer: healthy,
  },
  {
    command: 'list',
    mode: 'json',
    situation: 'env file before',
    words: ['--env', 'other.env', 'list', '--json'],
    env: {},
    answer: healthy,
  },
  {
    command: 'list',
    mode: 'json',
    situation: 'both keys',
    words: ['list', '--json'],
    env: { OCTAVUS_CLI_API_KEY: 'cli' },
    answer: healthy,
  },
  {
    command: 'list',
    mode: 'json',
    situation: 'empty first key',
    words: ['list', '--json'],
    env: { OCTAVUS_CLI_API_KEY: '' },
    answer: healthy,
  },
  { command: 'none', mode: 'text', situation: 'unknown command', words: ['nonsense'], answer: healthy },
  { command: 'list', mode: 'text', situation: 'unknown option', words: ['list', '--nonsense'], answer: healthy },
  { command: 'validate', mode: 'text', situation: 'missing argument', words: ['validate'], answer: healthy },
  { command: 'sync', mode: 'text', situation: 'missing argument', words: ['sync'], answer: healthy },
  { command: 'get', mode: 'text', situation: 'missing argument', words: ['get'], answer: healthy },
];

export const cases: readonly Case[] = [
  ...casesOf('validate', ['validate', 'shop-desk']),
  ...casesOf('sync', ['sync', 'shop-desk']),
  ...casesOf('list', ['list']),
  ...casesOf('get', ['get', 'shop-desk']),
  ...folderCases('validate'),
  ...folderCases('sync'),
  ...others,
];

const inText = ({ mode }: Case) => mode !== 'json';
const reachesServer = (one: Case) =>
  ['success', 'findings', 'findings with code and line', 'created'].includes(one.situation) ||
  one.situation in situations;

export const differences: readonly Difference[] = [
  {
    reason:
      'The definition holds references, and an update the settings too (6.x; 2.0 never updates a name or description)',
    applies: ({ command, situation }) =>
      (command === 'validate' && !['no key', 'connection refused'].includes(situation) && sendsDefinition(situation)) ||
      (command === 'sync' && ['success', 'created', 'not found'].includes(situation)),
    fields: () => ['requests'],
  },
  {
    reason: '`get --json` has the references (6.x)',
    applies: ({ command, mode, situation }) => command === 'get' && mode === 'json' && situation === 'success',
    fields: () => ['stdout'],
  },
  {
    reason: 'The table is padded by what is visible, to the widths of the specification; 2.0 counts colour codes',
    applies: (one) => one.command === 'list' && inText(one) && ['success'].includes(one.situation),
    fields: () => ['stdout'],
  },
  {
    reason: 'Lines that explain an error go to standard error with it, not to standard output',
    applies: (one) => inText(one) && isApiError(one) && one.situation !== 'broken JSON',
    fields: () => ['stdout', 'stderr'],
  },
  {
    reason: 'The same for files',
    applies: (one) => inText(one) && ['no-settings', 'no-json', 'bad-settings', 'no-protocol'].includes(one.situation),
    fields: () => ['stdout', 'stderr'],
  },
  {
    reason: 'A failure of the server has its code as `apiCode`; nested errors are read, 2.0 shows "[object Object]"',
    applies: (one) => one.mode === 'json' && isApiError(one) && !['HTML error', 'broken JSON'].includes(one.situation),
    fields: () => ['stdout'],
  },
  {
    reason: "An answer that is not JSON says so; 2.0 shows the parser's message, or a status 500 that nobody sent",
    applies: ({ situation }) => situation === 'broken JSON',
    fields: (one) => (inText(one) ? ['stderr'] : ['stdout']),
  },
  {
    reason: 'The message without a key says how to make one on your own server',
    applies: ({ situation }) => situation === 'no key',
    fields: (one) => (inText(one) ? ['stderr'] : ['stdout']),
  },
  {
    reason: 'A failed connection names host and cause (NETWORK_ERROR); 2.0 says "fetch failed"',
    applies: ({ situation }) => situation === 'connection refused',
    fields: (one) => (inText(one) ? ['stderr'] : ['stdout']),
  },
  {
    reason: 'Issues of settings.json name their key',
    applies: ({ mode, situation }) => mode === 'json' && situation === 'bad-settings',
    fields: () => ['stdout'],
  },
  {
    reason: 'Findings keep what the server says beyond message, path and severity',
    applies: ({ situation }) => situation === 'findings with code and line',
    fields: () => ['stdout'],
  },
  {
    reason: 'A key variable that is set but empty does not hide the other one',
    applies: ({ situation }) => situation === 'empty first key',
    fields: () => ['status', 'stdout', 'requests'],
  },
];

function sendsDefinition(situation: string): boolean {
  return reachesServer({ situation } as Case);
}

function isApiError({ command, situation }: Case): boolean {
  if (situation === 'not found') return command !== 'get';
  return ['flat error', 'nested error', 'HTML error', 'HTML success', 'broken JSON'].includes(situation);
}
