import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHere } from './run-octavus.ts';
import { type ScriptedAnswer, type ScriptedServer, scriptedServer } from './scripted-server.ts';
import { anAgent, type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

const id = 'ca7k2m9qd4x1v8t3h6zw5n0p';
const definition = {
  id,
  settings: { slug: 'desk', name: 'Front Desk', description: 'Greets', format: 'interactive' },
  protocol: 'agent: {}\n',
  prompts: [{ name: 'system', content: 'Hi' }],
  references: [],
};
const summary = {
  slug: 'desk',
  id,
  name: 'Front Desk',
  description: null,
  format: 'interactive',
  createdAt: '2026-02-11T08:00:00.000Z',
  updatedAt: '2026-03-01T16:20:05.412Z',
  projectId: 'cp0larkspur00000000000aa',
};
const warning = { message: 'Resources are deprecated', path: 'resources', severity: 'warning' };

/** What a healthy server answers. */
function succeed({ method, url }: { readonly method: string; readonly url: string }): ScriptedAnswer {
  if (url === '/api/agents/validate') return { body: { valid: true, errors: [], warnings: [warning] } };
  if (method === 'GET') return { body: url === '/api/agents' ? { agents: [summary] } : definition };
  return { body: { agentId: id, message: 'Done' } };
}

interface Transcript {
  readonly words: readonly string[];
  /** Lines before the first answer, as text. */
  readonly opening: readonly string[];
  /** Standard output of a success, as text, without what `--quiet` leaves out; then as JSON. */
  readonly text: readonly string[];
  readonly json: unknown;
  readonly requests: readonly string[];
  readonly readsFolder?: boolean;
}

const commands: Readonly<Record<string, Transcript>> = {
  validate: {
    words: ['validate', 'desk'],
    opening: ['ℹ Reading agent from desk...', 'ℹ Validating desk...'],
    text: ['✓ Agent desk is valid', '⚠   Resources are deprecated (resources)'],
    json: { slug: 'desk', valid: true, errors: [], warnings: [warning] },
    requests: ['POST /api/agents/validate'],
    readsFolder: true,
  },
  sync: {
    words: ['sync', 'desk'],
    opening: ['ℹ Reading agent from desk...', 'ℹ Syncing desk...'],
    text: ['✓ Updated: desk', `  Agent ID: ${id}`],
    json: { slug: 'desk', agentId: id, created: false },
    requests: ['GET /api/agents/desk?by=slug', 'PATCH /api/agents/desk?by=slug'],
    readsFolder: true,
  },
  list: {
    words: ['list'],
    opening: [],
    text: [
      '',
      `SLUG${' '.repeat(18)}NAME${' '.repeat(28)}FORMAT${' '.repeat(8)}ID${' '.repeat(34)}`,
      '─'.repeat(100),
      `desk${' '.repeat(18)}Front Desk${' '.repeat(22)}interactive   ${id}${' '.repeat(12)}`,
      '',
      '1 agent(s)',
    ],
    json: { agents: [summary] },
    requests: ['GET /api/agents'],
  },
  get: {
    words: ['get', 'desk'],
    opening: [],
    text: [
      '',
      '✓ Agent: Front Desk',
      '',
      '  Slug: desk',
      `  ID: ${id}`,
      '  Format: interactive',
      '  Description: Greets',
      '',
      '  Prompts: system',
    ],
    json: {
      settings: definition.settings,
      protocol: definition.protocol,
      prompts: definition.prompts,
      references: [],
      id,
    },
    requests: ['GET /api/agents/desk?by=slug'],
  },
  archive: {
    words: ['archive', 'desk'],
    opening: ['ℹ Archiving desk...'],
    text: ['✓ Archived: desk', `  Agent ID: ${id}`],
    json: { slug: 'desk', agentId: id, archived: true },
    requests: ['DELETE /api/agents/desk?by=slug'],
  },
};

const flat = { error: 'Access denied', code: 'FORBIDDEN' };
const nested = { error: { code: 'FORBIDDEN', message: 'Access denied' } };

/** What goes wrong on the server: the answer, the message, and what JSON has besides. */
const refusals: Readonly<
  Record<string, { answer: ScriptedAnswer; message: string; status: number; apiCode?: string }>
> = {
  'flat error': { answer: { status: 403, body: flat }, message: 'Access denied', status: 403, apiCode: 'FORBIDDEN' },
  'nested error': {
    answer: { status: 403, body: nested },
    message: 'Access denied',
    status: 403,
    apiCode: 'FORBIDDEN',
  },
  'HTML error': {
    answer: { status: 500, type: 'text/html', body: '<h1>Oops</h1>' },
    message: 'Request failed with status 500',
    status: 500,
  },
  'HTML success': {
    answer: { status: 200, type: 'text/html', body: '<h1>Hello</h1>' },
    message: 'The server answered text/html instead of JSON. Is the address that of an Octavus server?',
    status: 200,
  },
};

const modes = { text: [], '--json': ['--json'], '--quiet': ['--quiet'] } as const;
type Mode = keyof typeof modes;

let folder: TemporaryFolder;
let server: ScriptedServer;
let answer: (request: { method: string; url: string }) => ScriptedAnswer;

beforeAll(async () => {
  folder = await temporaryFolder(anAgent('desk'));
  server = await scriptedServer((request) => answer(request));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function run(words: readonly string[], mode: Mode, env: Record<string, string> = {}) {
  server.requests.length = 0;
  const settings = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: 'oct_sk_test', ...env };
  return runHere([...words, ...modes[mode]], { cwd: folder.path, env: settings });
}

const lines = (...all: readonly string[]) => all.map((line) => `${line}\n`).join('');

/** The lines of a failing command. */
function failed(mode: Mode, opening: readonly string[], error: readonly string[], json: object, status = 1) {
  if (mode === '--json') return { status, stdout: `${JSON.stringify(json, null, 2)}\n`, stderr: '' };
  return { status, stdout: mode === 'text' ? lines(...opening) : '', stderr: lines(...error) };
}

const allModes = Object.keys(modes) as Mode[];

describe.each(Object.entries(commands))('%s', (name, transcript) => {
  const { words, opening, requests, readsFolder } = transcript;

  test.each(allModes)('succeeds (%s)', async (mode) => {
    answer = succeed;
    const text = mode === 'text' ? [...opening, ...transcript.text] : transcript.text;
    const stdout = mode === '--json' ? `${JSON.stringify(transcript.json, null, 2)}\n` : lines(...text);
    expect(await run(words, mode)).toEqual({ status: 0, stdout, stderr: '' });
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(requests);
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({ authorization: 'Bearer oct_sk_test', 'x-octavus-sdk-version': '4' });
      expect(headers['user-agent']).toMatch(/^octavus-cli\/\d+\.\d+\.\d+/);
    }
  });

  describe.each(Object.entries(refusals))('%s', (_title, refusal) => {
    test.each(allModes)('is an API error (%s)', async (mode) => {
      answer = () => refusal.answer;
      const { message, status, apiCode } = refusal;
      const json = { error: message, code: 'API_ERROR', ...(apiCode && { apiCode }) };
      const error = [`✗ API error: ${message}`, `  Status: ${status}`];
      expect(await run(words, mode)).toEqual(failed(mode, opening, error, json));
    });
  });

  test.each(allModes)('says that nothing was found (%s)', async (mode) => {
    answer = () => ({ status: 404, body: { error: 'Agent not found', code: 'NOT_FOUND' } });
    const outcome =
      name === 'get'
        ? failed(mode, opening, ['✗ Agent not found: desk'], { error: 'Agent not found: desk', code: 'NOT_FOUND' })
        : failed(mode, opening, ['✗ API error: Agent not found', '  Status: 404'], {
            error: 'Agent not found',
            code: 'API_ERROR',
            apiCode: 'NOT_FOUND',
          });
    expect(await run(words, mode)).toEqual(outcome);
  });

  test.each(allModes)('names the host that refuses the connection (%s)', async (mode) => {
    const closed = await scriptedServer(() => ({}));
    await closed[Symbol.asyncDispose]();
    const host = closed.url.replace('http://', '');
    const message = `Cannot reach ${host}: connection refused (ECONNREFUSED). Is the server running?`;
    const outcome = failed(mode, opening, [`✗ ${message}`], { error: message, code: 'NETWORK_ERROR' });
    expect(await run(words, mode, { OCTAVUS_API_URL: closed.url })).toEqual(outcome);
  });

  test.each(allModes)('without a key exits 2 before anything else (%s)', async (mode) => {
    const message =
      'No API key found. Set OCTAVUS_CLI_API_KEY or OCTAVUS_API_KEY environment variable. On your own server, ' +
      '`npm run -s admin -- keys create --name NAME --permissions agents,sessions` makes one. `octavus login` keeps it.';
    const outcome = failed(mode, [], [`✗ ${message}`], { error: message, code: 'CONFIG_ERROR' }, 2);
    expect(await run(words, mode, { OCTAVUS_API_KEY: '' })).toEqual(outcome);
    if (words.length > 1) {
      expect(await run(words.with(-1, 'nowhere'), mode, { OCTAVUS_API_KEY: ' ' })).toMatchObject({ status: 2 });
    }
    expect(server.requests).toEqual([]);
  });

  if (!readsFolder) return;

  test.each(allModes)('names what is wrong with the folder (%s)', async (mode) => {
    const wrong: Readonly<Record<string, readonly [message: string, file?: string]>> = {
      nowhere: [`Directory not found: ${folder.path}/nowhere`],
      'a-file': [`Not a directory: ${folder.path}/a-file`],
      empty: ['settings.json not found', 'empty/settings.json'],
      'no-json': [
        expect.stringMatching(/^Invalid JSON in settings\.json: ./) as unknown as string,
        'no-json/settings.json',
      ],
      'no-slug': ['Invalid settings.json: slug: Slug is required', 'no-slug/settings.json'],
      'no-protocol': ['protocol.yaml not found', 'no-protocol/protocol.yaml'],
      'no-matter': ['Reference "prices" is missing front matter', 'no-matter/references/prices.md'],
    };
    const settings = JSON.stringify({ slug: 'x', name: 'X', format: 'worker' });
    folder.write({
      'a-file': '',
      'empty/x.txt': '',
      'no-json/settings.json': '{',
      'no-slug/settings.json': settings.replace('"x"', '""'),
      'no-protocol/settings.json': settings,
      'no-matter/settings.json': settings,
      'no-matter/protocol.yaml': '',
      'no-matter/references/prices.md': 'Prices',
    });
    for (const [path, [message, file]] of Object.entries(wrong)) {
      const outcome = await run(words.with(-1, path), mode);
      expect(outcome.status).toBe(1);
      if (mode === '--json') expect(JSON.parse(outcome.stdout)).toEqual({ error: message, code: 'FILE_ERROR' });
      else {
        expect(outcome.stdout).toBe(mode === 'text' ? `ℹ Reading agent from ${path}...\n` : '');
        const [first, second] = outcome.stderr.split('\n');
        expect(first?.slice(2)).toEqual(message);
        if (file) expect(second).toBe(`  File: ${folder.path}/${file}`);
      }
      expect(server.requests).toEqual([]);
    }
  });
});

test('validation errors go to standard error, warnings to standard output, and the status is 1', async () => {
  const error = { message: 'Handler "x" has no trigger', path: 'handlers.x', severity: 'error' };
  answer = () => ({ body: { valid: false, errors: [error, { ...error, path: undefined }], warnings: [warning] } });
  expect(await run(['validate', 'desk'], '--quiet')).toEqual({
    status: 1,
    stdout: '⚠   Resources are deprecated (resources)\n',
    stderr: lines(
      '✗ Agent desk has validation errors',
      '✗   Handler "x" has no trigger (handlers.x)',
      '✗   Handler "x" has no trigger',
    ),
  });
  answer = succeed;
  expect((await run(['validate', 'desk', '--fail-on-warnings'], 'text')).status).toBe(1);
});

test('a sync that the server finds invalid lists the findings', async () => {
  const issues = [{ path: 'agent.model', message: 'Unknown model' }];
  answer = ({ method }) =>
    method === 'GET'
      ? { body: definition }
      : { status: 400, body: { error: 'Invalid agent definition', code: 'VALIDATION_ERROR', issues } };
  const { stderr } = await run(['sync', 'desk'], 'text');
  expect(stderr).toBe(
    lines('✗ API error: Invalid agent definition', '  Status: 400', '✗   Unknown model (agent.model)'),
  );
  expect(JSON.parse((await run(['sync', 'desk'], '--json')).stdout)).toEqual({
    error: 'Invalid agent definition',
    code: 'API_ERROR',
    apiCode: 'VALIDATION_ERROR',
    issues,
  });
});

test('an agent that is not there is created, with everything it has', async () => {
  answer = ({ method }) =>
    method === 'GET' ? { status: 404, body: { error: 'x' } } : { status: 201, body: { agentId: id, message: 'ok' } };
  folder.write(
    anAgent('guide', {
      'prompts/shared/tone.md': 'Kind.\r\n',
      'references/prices.md': '---\r\ndescription: P\r\n---\r\n\r\nText \r\n',
    }),
  );
  expect((await run(['sync', 'guide'], 'text')).stdout).toContain('✓ Created: guide\n');
  expect(server.requests.at(-1)).toMatchObject({
    method: 'POST',
    body: {
      settings: { slug: 'guide', name: 'Front Desk', description: 'Greets', format: 'interactive' },
      prompts: [{ name: 'shared/tone', content: 'Kind.\r\n' }, { name: 'system' }, { name: 'user-message' }],
      references: [{ name: 'prices', description: 'P', content: 'Text' }],
    },
  });
});

test('an update sends the settings but for the slug, and clears a description that is gone', async () => {
  answer = succeed;
  folder.write({
    'bare/settings.json': '{"slug":"desk","name":"Bare","format":"interactive","color":"red"}',
    'bare/protocol.yaml': '',
  });
  const { stdout } = await run(['sync', 'bare'], 'text');
  expect(stdout).toContain('⚠ settings.json: unknown key "color" is ignored\n');
  expect(server.requests.at(-1)?.body).toEqual({
    settings: { name: 'Bare', format: 'interactive', description: null },
    protocol: '',
    prompts: [],
    references: [],
  });
});

test('a project without agents is told as such', async () => {
  answer = () => ({ body: { agents: [] } });
  expect(await run(['list'], 'text')).toEqual({ status: 0, stdout: 'ℹ No agents found\n', stderr: '' });
  expect(await run(['list'], '--quiet')).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('an answer of another shape is told, not a crash', async () => {
  answer = () => ({ body: { agents: [{ slug: 1 }] } });
  expect((await run(['list'], 'text')).stderr).toMatch(
    /^✗ API error: The answer is not what was expected: agents\.0\./,
  );
});

test.each([
  [{ prompts: [{ name: '../../escaped', content: 'x' }] }, 'prompts/../../escaped'],
  [{ references: [{ name: '../escaped', description: 'x', content: 'x' }] }, 'references/../escaped'],
])('pull writes no name that leads out of its folder: %j', async (changes, name) => {
  answer = () => ({ body: { ...definition, ...changes } });
  const outcome = await run(['pull', 'desk', 'in/here'], 'text');
  expect(outcome).toMatchObject({
    status: 1,
    stderr: `✗ The server has "${name}", which cannot be the name of a file\n`,
  });
  expect(existsSync(`${folder.path}/in`)).toBe(false);
});
