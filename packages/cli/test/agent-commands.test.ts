import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
const warning = { message: 'Resources are deprecated', path: 'resources', severity: 'warning' };

/** What a healthy server answers. */
function succeed({ method, url }: { readonly method: string; readonly url: string }): ScriptedAnswer {
  if (url === '/api/agents/validate') return { body: { valid: true, errors: [], warnings: [warning] } };
  return { body: method === 'GET' ? definition : { agentId: id, message: 'Done' } };
}

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

test('each request says who asks, with what version, and under which key', async () => {
  answer = succeed;
  expect(await run(['sync', 'desk'], 'text')).toMatchObject({ status: 0 });
  expect(server.requests).toHaveLength(2);
  for (const { headers } of server.requests) {
    expect(headers).toMatchObject({ authorization: 'Bearer oct_sk_test', 'x-octavus-sdk-version': '4' });
    expect(headers['user-agent']).toMatch(/^octavus-cli\/\d+\.\d+\.\d+/);
  }
  expect(server.requests.map(({ headers }) => headers['content-type'])).toEqual([undefined, 'application/json']);
});

test('a page instead of an answer is told, with what may be wrong', async () => {
  answer = () => ({ type: 'text/html', body: '<h1>Hello</h1>' });
  const message = 'The server answered text/html instead of JSON. Is the address that of an Octavus server?';
  expect(await run(['list'], 'text')).toEqual({
    status: 1,
    stdout: '',
    stderr: `✗ API error: ${message}\n  Status: 200\n`,
  });
  expect(JSON.parse((await run(['list'], '--json')).stdout)).toEqual({ error: message, code: 'API_ERROR' });
});

test('without a key the status is 2, whatever else is wrong', async () => {
  for (const command of ['validate', 'sync', 'diff']) {
    expect(await run([command, 'nowhere'], 'text', { OCTAVUS_API_KEY: ' ' })).toMatchObject({ status: 2, stdout: '' });
  }
  expect(server.requests).toEqual([]);
});

test.each(['', '.', '..'])('%j as a name asks no other address', async (name) => {
  answer = succeed;
  const all = [
    ['get', name],
    ['archive', name],
    ['sessions', 'clear', name],
    ['skills', 'pull', name],
    ['run', name],
  ];
  for (const words of name === '' ? all : all.slice(0, 4)) {
    expect(await run(words, 'text')).toMatchObject({ status: 1, stderr: `error: "${name}" is no name of anything\n` });
  }
  expect(server.requests).toEqual([]);
});

const settings = JSON.stringify({ slug: 'x', name: 'X', format: 'worker' });
const wrongFolders: readonly [what: string, files: Readonly<Record<string, string>>, message: RegExp, file?: string][] =
  [
    ['a file', { wrong: '' }, /^Not a directory: .*\/wrong$/],
    ['nothing of an agent', { 'wrong/x.txt': '' }, /^settings\.json not found$/, 'settings.json'],
    [
      'settings that are no JSON',
      { 'wrong/settings.json': '{' },
      /^Invalid JSON in settings\.json: ./,
      'settings.json',
    ],
    [
      'settings without a slug',
      { 'wrong/settings.json': settings.replace('"x"', '""') },
      /^Invalid settings\.json: slug: Slug is required$/,
      'settings.json',
    ],
    ['no protocol', { 'wrong/settings.json': settings }, /^protocol\.yaml not found$/, 'protocol.yaml'],
    [
      'a reference without front matter',
      { 'wrong/settings.json': settings, 'wrong/protocol.yaml': '', 'wrong/references/prices.md': 'Prices' },
      /^Reference "prices" is missing front matter$/,
      'references/prices.md',
    ],
    [
      'a reference without a description',
      { 'wrong/settings.json': settings, 'wrong/protocol.yaml': '', 'wrong/references/a.md': '---\ntitle: x\n---\n' },
      /^Reference "a" has invalid front matter: description: /,
      'references/a.md',
    ],
  ];

test.each(wrongFolders)('a folder that is %s is told, with the file', async (_what, files, message, file) => {
  await using own = await temporaryFolder(files);
  for (const command of ['validate', 'sync']) {
    const ask = (...words: readonly string[]) =>
      runHere([command, 'wrong', ...words], { cwd: own.path, env: { OCTAVUS_API_KEY: 'k' } });
    const [first, second] = (await ask()).stderr.split('\n');
    expect(first?.slice(2)).toMatch(message);
    expect(second).toBe(file === undefined ? '' : `  File: ${own.path}/wrong/${file}`);
    expect(JSON.parse((await ask('--json')).stdout)).toEqual({ error: first?.slice(2), code: 'FILE_ERROR' });
  }
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
