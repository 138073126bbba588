import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { runOctavus } from './run-octavus.ts';
import { anAgent, aWorker, deskProtocol } from './temporary-folder.ts';
import { aWorkplace } from './with-server.ts';

// Processes start slowly on a machine that has much to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A folder with files, and commands that run in it without any server. */
async function inFolder(files: Readonly<Record<string, string>> = {}) {
  const folder = await aWorkplace(files);
  return { ...folder, read: (path: string) => readFileSync(join(folder.path, path), 'utf8') };
}

describe('init', () => {
  test.each(['chat', 'worker', 'support', 'tools'])(
    'the template %s is valid, typed, tested and runs',
    async (template) => {
      await using folder = await inFolder();
      const { octavus } = folder;
      const made = await octavus('init', 'My First Agent', '--template', template);
      expect(made).toMatchObject({ status: 0, stderr: '' });
      expect(made.stdout).toContain("Talk with it: octavus dev 'My First Agent'\n");
      const path = 'My First Agent';
      expect(folder.read(`${path}/protocol.yaml`).split('\n')[0]).toBe(
        '# yaml-language-server: $schema=http://localhost:6282/schemas/protocol.json',
      );
      expect(existsSync(join(folder.path, path, '.env.example'))).toBe(true);
      expect(JSON.parse(folder.read(`${path}/settings.json`)).slug).toBe('my-first-agent');
      expect(await octavus('validate', '--local', path)).toEqual({
        status: 0,
        stdout: '0 errors, 0 warnings\n',
        stderr: '',
      });
      expect((await octavus('types', path)).stdout).toContain('"my-first-agent": {');
      const tested = await octavus('test', path);
      expect(tested.stderr).toBe('');
      expect(tested.stdout).toMatch(/\n1 passed, 0 failed\n$/);
      const input = template === 'worker' ? 'TEXT=Hello' : 'USER_MESSAGE=Hello';
      const run = await octavus('run', `./${path}`, '--input', input);
      expect(run).toMatchObject({ status: 0 });
      expect(run.stdout).toContain('I am the offline model');
    },
  );

  test('refuses a folder that is not empty without --force, and writes nothing', async () => {
    await using folder = await inFolder({ 'mine/notes.txt': 'x' });
    const refused = await folder.octavus('init', 'mine');
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('✗ The folder is not empty') });
    expect(existsSync(join(folder.path, 'mine/settings.json'))).toBe(false);
    expect(await folder.octavus('init', 'mine', '--force', '--slug', 'desk', '--name', 'Desk')).toMatchObject({
      status: 0,
    });
    expect(JSON.parse(folder.read('mine/settings.json'))).toMatchObject({ slug: 'desk', name: 'Desk' });
    expect(folder.read('mine/notes.txt')).toBe('x');
    expect(await folder.octavus('init', 'other', '--slug', 'No Slug')).toMatchObject({ status: 1 });
    expect(existsSync(join(folder.path, 'other'))).toBe(false);
  });

  test('the schema is that of the server in use', async () => {
    await using folder = await inFolder();
    await folder.octavus('init', 'desk', '--api-url', 'https://octavus.larkspur.example');
    expect(folder.read('desk/protocol.yaml')).toContain(
      '$schema=https://octavus.larkspur.example/schemas/protocol.json',
    );
  });
});

describe('validate --local', () => {
  const broken = { 'protocol.yaml': deskProtocol.replace('system: system', 'system: sytem') };

  test('shows line and column, and fails; several paths and globs are one report', async () => {
    await using folder = await inFolder({ ...anAgent('desk', broken), ...anAgent('fine') });
    const run = await folder.octavus('validate', '--local', 'desk', 'fine');
    expect(run).toMatchObject({ status: 1, stderr: '' });
    expect(run.stdout).toContain('desk/protocol.yaml:12:11 error PROTO_PROMPT_UNDEFINED');
    expect(await folder.octavus('validate', '--local', '*')).toEqual(run);
    expect(await folder.octavus('validate', '--local', '*/settings.json')).toEqual(run);
    expect((await folder.octavus('validate', '--local', 'none')).stderr).toBe(
      `✗ Directory not found: ${folder.path}/none\n`,
    );
    expect((await folder.octavus('validate', '--local', 'no*')).stderr).toBe('✗ No agent folder matches: no*\n');
  });

  test.each([
    ['json', '"code": "PROTO_PROMPT_UNDEFINED"'],
    ['github', '::error file=desk/protocol.yaml,line=12,col=11,title=PROTO_PROMPT_UNDEFINED::'],
    ['sarif', '"ruleId": "PROTO_PROMPT_UNDEFINED"'],
  ])('--format %s', async (format, piece) => {
    await using folder = await inFolder(anAgent('desk', broken));
    const run = await folder.octavus('validate', '--local', '--format', format, 'desk');
    expect(run).toMatchObject({ status: 1, stdout: expect.stringContaining(piece) });
  });

  test('broken YAML and broken settings are findings, not crashes', async () => {
    await using folder = await inFolder(anAgent('desk', { 'protocol.yaml': 'a: [', 'settings.json': '{' }));
    const run = await folder.octavus('validate', '--local', 'desk');
    expect(run.stdout).toContain('desk/settings.json error SETTINGS_INVALID_JSON');
    expect(run.stdout).toMatch(/desk\/protocol\.yaml:\d+:\d+ error /);
  });

  test('--fail-on-warnings fails on warnings', async () => {
    await using folder = await inFolder({ ...anAgent('desk'), 'desk/prompts/extra.md': 'Nobody uses this' });
    expect(await folder.octavus('validate', '--local', 'desk')).toMatchObject({ status: 0 });
    expect(await folder.octavus('validate', '--local', '--fail-on-warnings', 'desk')).toMatchObject({ status: 1 });
  });
});

describe('types', () => {
  test('of several agents are one module that compiles', async () => {
    await using folder = await inFolder({ ...anAgent('desk'), ...anAgent('night-desk'), ...aWorker('shorten') });
    expect(await folder.octavus('types', '*', '--out', 'agents.ts')).toMatchObject({ status: 0 });
    folder.write({
      'use.ts': `import type { Agents } from './agents.ts';
export const beds: Agents['desk']['tools']['find-room'] = { beds: 2 };
export const text: Agents['night-desk']['triggers']['user-message'] = { USER_MESSAGE: 'x' };
export const wrong: Agents['shorten']['input'] = { TEXT: 1 };
`,
    });
    const tsc = join(process.cwd(), 'node_modules/.bin/tsc');
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--types', '', '--allowImportingTsExtensions', 'use.ts'];
    const failed = await promisify(execFile)(tsc, options, { cwd: folder.path }).catch((error) => error);
    expect(failed.stdout.trim().split('\n')).toEqual([expect.stringMatching(/^use\.ts\(4,\d+\): error TS2322/)]);
  });

  test('an agent that is not valid leaves the file as it was', async () => {
    await using folder = await inFolder({ ...anAgent('desk', { 'protocol.yaml': 'agent: 1' }), 'agents.ts': 'old' });
    const run = await folder.octavus('types', 'desk', '--out', 'agents.ts');
    expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('✗ desk is not valid: agent:1:8') });
    expect(folder.read('agents.ts')).toBe('old');
  });
});

describe('test', () => {
  const greeting = (expectation: string) =>
    `# A comment\nname: Greets\nreplies:\n  - text: Good morning\nturns:\n  - input: { USER_MESSAGE: Hi }\n    expect: ${expectation}\n`;

  test.each([
    ['{ text: Good morning, finish: stop, tools: [] }', ''],
    ['{ contains: [morning], matches: "^Good" }', ''],
    ['{ text: Good evening }', 'text: expected "Good evening", got "Good morning"'],
    ['{ contains: [evening] }', 'text: expected to contain "evening", got "Good morning"'],
    ['{ matches: "^Bad" }', 'text: expected to match /^Bad/, got "Good morning"'],
    ['{ tools: [find-room] }', 'tools: expected ["find-room"], got []'],
    ['{ finish: length }', 'finish: expected "length", got "stop"'],
    ['{ error: NO_REPLY }', 'error: expected one with "NO_REPLY", got none'],
    ['{ variables: { MOOD: calm } }', 'variables.MOOD: expected "calm", got nothing'],
    ['{ events: [start, finish] }', 'events: expected ["start","finish"], got ["start",'],
  ])('expects %s', async (expectation, problem) => {
    await using folder = await inFolder({ ...anAgent('desk'), 'desk/tests/greets.yaml': greeting(expectation) });
    const run = await folder.octavus('test', 'desk');
    expect(run.status).toBe(problem === '' ? 0 : 1);
    if (problem === '') expect(run).toMatchObject({ stdout: '✓ Greets\n\n1 passed, 0 failed\n', stderr: '' });
    else expect(run.stderr).toContain(`✗ Greets\n✗   ${problem}`);
  });

  test('tools are mocked, call by call, and may fail; all turns are one conversation', async () => {
    const file = `tools:
  find-room: { results: [101, 102] }
replies:
  - { tool: find-room, input: { beds: 2 } }
  - { text: Room 101 }
  - { tool: find-room, input: { beds: 2 } }
  - { text: Room 102 }
turns:
  - { input: { USER_MESSAGE: A }, expect: { text: Room 101, tools: [find-room] } }
  - { input: { USER_MESSAGE: B }, expect: { text: Room 103 } }
`;
    await using folder = await inFolder({ ...anAgent('desk'), 'desk/tests/a.yaml': file });
    const run = await folder.octavus('test', 'desk', '--json');
    expect(run.status).toBe(1);
    expect(JSON.parse(run.stdout)).toEqual({
      passed: 0,
      failed: 1,
      tests: [{ name: 'a', passed: false, problems: ['turn 2: text: expected "Room 103", got "Room 102"'] }],
    });
  });

  test('a model that is called more often, or less, than the test has replies fails it', async () => {
    const more = greeting('{ text: x }').replace(
      '  - text: Good morning',
      '  - { tool: find-room, input: { beds: 1 } }',
    );
    const less = greeting('{ contains: [Good] }').replace('  - text: Good morning', '  - text: Good\n  - text: Bye');
    await using folder = await inFolder({ ...anAgent('desk'), 'desk/tests/a.yaml': more, 'desk/tests/b.yaml': less });
    const { stderr } = await folder.octavus('test', 'desk');
    expect(stderr).toContain('The model was called 2 times, the test has replies for 1');
    expect(stderr).toContain('✗   1 replies were not asked for');
  });

  test('--update writes what was said and keeps comments; the next run passes', async () => {
    await using folder = await inFolder({ ...anAgent('desk'), 'desk/tests/a.yaml': greeting('{ text: Old }') });
    expect(await folder.octavus('test', 'desk', '--update')).toMatchObject({
      status: 0,
      stdout: '⚠ Greets (updated)\n\n1 passed, 0 failed\n',
    });
    expect(folder.read('desk/tests/a.yaml')).toMatch(/^# A comment\n[\s\S]*text: Good morning/);
    expect(await folder.octavus('test', 'desk')).toMatchObject({ status: 0 });
  });

  test('a run that is recorded can be played back', async () => {
    await using folder = await inFolder(anAgent('desk'));
    const run = await folder.octavus(
      'run',
      './desk',
      '--input',
      'USER_MESSAGE=Hello',
      '--record',
      'desk/tests/hello.jsonl',
    );
    expect(run.status).toBe(0);
    const text = JSON.stringify(run.stdout.trimEnd());
    folder.write({
      'desk/tests/a.yaml': `replies: hello.jsonl\nturns:\n  - input: { USER_MESSAGE: x }\n    expect: { text: ${text} }\n`,
    });
    expect(await folder.octavus('test', 'desk')).toMatchObject({ status: 0, stderr: '' });
  });

  test.each([
    ['turns: []', 'Invalid test: turns:'],
    ['turns: [{ inputs: {} }]', 'Invalid test: turns.0: Unrecognized key: "inputs"'],
    ['turns: [', 'Invalid YAML: '],
    ['replies: nowhere.jsonl\nturns: [{}]', 'Cannot read the file: it does not exist (ENOENT)'],
  ])('%j is told', async (file, message) => {
    await using folder = await inFolder({ ...anAgent('desk'), 'desk/tests/a.yaml': file });
    const run = await folder.octavus('test', 'desk');
    expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining(`✗ ${message}`) });
  });
});

describe('run in a folder', () => {
  test('text, object and events', async () => {
    await using folder = await inFolder(anAgent('desk'));
    const run = (...words: readonly string[]) =>
      folder.octavus('run', './desk', '--input', 'USER_MESSAGE=Hello', ...words);
    const text = await run();
    expect(text).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/^I am the offline model.*\n$/s),
    });
    expect(JSON.parse((await run('--output', 'object')).stdout)).toBe(text.stdout.trimEnd());
    const events = (await run('--json')).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ type: 'start' });
    expect(events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
    expect((await run('--output', 'events')).stdout.split('\n')).toHaveLength(events.length + 1);
  });

  test('tools are functions of a module; what has none is told to the model and to the user', async () => {
    const message = 'USER_MESSAGE=Find a room with 2 beds';
    await using folder = await inFolder({
      ...anAgent('desk'),
      'tools.mjs': "export default { 'find-room': ({ beds }, { toolName }) => ({ room: 101, beds, toolName }) };",
      'none.mjs': 'export const x = 1;',
      'fails.mjs': "export const tools = { 'find-room'() { throw new Error('The book is lost'); } };",
    });
    const answered = await folder.octavus('run', './desk', '--input', message, '--tools', 'tools.mjs');
    expect(answered.stdout).toContain('101');
    expect(answered.stderr).toMatch(/^→ find-room \{.*\}\n← find-room \{"room":101,.*"toolName":"find-room"\}\n$/);
    const missing = await folder.octavus('run', './desk', '--input', message);
    expect(missing.stderr).toContain('⚠ No handler for the tool find-room: --tools gives one\n');
    expect(missing.stdout).toContain('No handler for the tool find-room');
    const failed = await folder.octavus('run', './desk', '--input', message, '--tools', 'fails.mjs');
    expect(failed.stdout).toContain('The book is lost');
    for (const [file, reason] of [
      ['none.mjs', 'The module exports no functions to run as tools'],
      ['nowhere.mjs', `File not found: ${folder.path}/nowhere.mjs\n`],
    ] as const) {
      const refused = await folder.octavus('run', './desk', '--tools', file);
      expect(refused).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(`✗ ${reason}`) });
    }
  });

  test('a worker prints its result; an agent calls the workers that lie beside it', async () => {
    const workers = 'workers:\n  shorten:\n    description: Shortens a text\n';
    const boss = deskProtocol.replace('  agentic: true', '  agentic: true\n  workers: [shorten]') + workers;
    await using folder = await inFolder({ ...aWorker('shorten'), ...anAgent('boss', { 'protocol.yaml': boss }) });
    const worker = await folder.octavus('run', './shorten', '--input', 'TEXT=Long');
    expect(worker).toMatchObject({ status: 0, stdout: expect.stringContaining('offline model') });
    const called = await folder.octavus('run', './boss', '--input', 'USER_MESSAGE=Shorten: a long text');
    expect(called.stderr).toContain('· Shortens a text');
    expect(called).toMatchObject({ status: 0 });
  });

  test('what cannot be is told: inputs, triggers, models, sessions', async () => {
    await using folder = await inFolder({
      ...anAgent('desk'),
      'list.json': '[]',
      'ok.json': '{"USER_MESSAGE":"From a file"}',
    });
    const run = (...words: readonly string[]) => folder.octavus('run', './desk', ...words);
    expect((await run('--input', '@ok.json')).stdout).toContain('From a file');
    const message = ['--input', 'USER_MESSAGE=x'];
    for (const [words, error] of [
      [[], '✗ Invalid input: '],
      [['--input', 'NAME=x'], 'error: the agent has no input "NAME"; it has: USER_MESSAGE\n'],
      [['--input', 'USER_MESSAGE'], 'error: --input USER_MESSAGE: expected NAME=value or @file.json\n'],
      [['--input', '@list.json'], '✗ Expected a JSON object of inputs\n'],
      [['--input', '@none.json'], '✗ Cannot read the file: it does not exist (ENOENT)\n'],
      [['--trigger', 'other'], 'error: desk has no trigger "other"; it has: user-message\n'],
      [[...message, '--model', 'anthropic/claude-sonnet-4-5'], '✗ Set ANTHROPIC_API_KEY to use anthropic/'],
      [[...message, '--session', 'x'], '✗ Sessions of a local run end with it'],
      [[...message, '--timeout', 'soon'], 'error: --timeout soon: expected a number of seconds\n'],
    ] as const) {
      const outcome = await run(...words);
      expect(outcome, words.join(' ')).toMatchObject({ status: 1, stderr: expect.stringContaining(error) });
    }
  });

  test('a slug that is a folder too says how to run the folder', async () => {
    await using folder = await inFolder(anAgent('desk'));
    expect(await folder.octavus('run', 'desk')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^✗ No API key found.* To run the folder here, write \.\/desk\n$/),
    });
  });

  test('a time limit ends a run that hangs', async () => {
    await using folder = await inFolder({
      ...anAgent('desk'),
      'tools.mjs': "export default { 'find-room': () => new Promise(() => setInterval(() => {}, 1000)) };",
    });
    const words = ['run', './desk', '--input', 'USER_MESSAGE=Find a room', '--tools', 'tools.mjs', '--timeout', '0.3'];
    const run = await runOctavus(words, { cwd: folder.path });
    expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('✗ Not done within 0.3 s') });
  });
});
