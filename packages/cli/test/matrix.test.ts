import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commands } from '../src/commands/index.ts';
import { openTerminal, type Run, runHere } from './run-octavus.ts';
import { type RecordedRequest, type ScriptedAnswer, type ScriptedServer, scriptedServer } from './scripted-server.ts';
import { anAgent, type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';
import { type Entry, entries, type Failing, type Trouble, troubles } from './transcripts/entries.ts';
import { key, succeed } from './transcripts/server.ts';

// Processes start slowly on a machine that has much to do.
vi.setConfig({ testTimeout: 60_000 });

/** Writes the transcripts of successes instead of comparing them: look at what changed before you keep it. */
const isUpdate = process.env.OCTAVUS_UPDATE_TRANSCRIPTS === '1';

const modes = ['text', '--json', '--quiet'] as const;
type Mode = (typeof modes)[number];
const places = ['pipe', 'terminal'] as const;
type Place = (typeof places)[number];

const files = {
  ...anAgent('desk'),
  'stale/settings.json': '{"slug":"desk","name":"Front Desk","format":"interactive"}',
  'stale/protocol.yaml': 'agent:\n  model: offline/default\n  system: system\n',
  'stale/prompts/system.md': 'You greet guests.\n',
  'desk/tests/greeting.yaml':
    'name: Greets\nreplies:\n  - text: Good morning\nturns:\n  - input: { USER_MESSAGE: Hi }\n    expect: { text: Good morning }\n',
  'packer/SKILL.md': '---\nname: packer\ndescription: Packs\n---\nPack.\n',
  'a.txt': 'Text',
  'messages.json': '[]',
};

let server: ScriptedServer;
let answer: (request: RecordedRequest) => ScriptedAnswer;
let closedUrl: string;

beforeAll(async () => {
  server = await scriptedServer((request) => answer(request));
  const closed = await scriptedServer(() => ({}));
  closedUrl = closed.url;
  await closed[Symbol.asyncDispose]();
});
afterAll(() => server[Symbol.asyncDispose]());

describe('the matrix', () => {
  test('has every command', () => {
    const names = commands.flatMap((entry) =>
      'commands' in entry
        ? entry.commands.map(({ usage }) => `${entry.name} ${usage.split(' ')[0]}`)
        : [entry.usage.split(' ')[0]!],
    );
    expect(names.filter((name) => !Object.hasOwn(entries, name))).toEqual([]);
    expect(Object.keys(entries).filter((name) => !names.includes(name.replace(/ --.*/, '')))).toEqual([]);
  });

  test('says of each trouble of each command what it looks like, or why it does not come about', () => {
    const unsaid = Object.entries(entries).filter(([, { on }]) => !on['bad folder']);
    expect(unsaid.map(([name]) => name)).toEqual([]);
  });
});

/** Where a command runs, and as what. */
interface Cell {
  readonly mode: Mode;
  readonly place: Place;
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a cell in a folder of its own. What differs from run to run has a name in the result. */
async function run(entry: Entry, { mode, place, words = entry.words, env = {} }: Cell): Promise<Run> {
  server.requests.length = 0;
  await using folder = await temporaryFolder(files);
  const { input, interruptAfter } = entry;
  const outcome = await runHere(
    [
      ...words.map((word) => word.replace('<server>', env.OCTAVUS_API_URL ?? server.url)),
      ...(mode === 'text' ? [] : [mode]),
    ],
    {
      cwd: folder.path,
      env: { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: key, ...env },
      isTerminal: place === 'terminal',
      ...(input !== undefined && { input }),
      ...(interruptAfter !== undefined && { interruptAfter }),
    },
  );
  return { ...outcome, stdout: named(outcome.stdout, folder), stderr: named(outcome.stderr, folder) };
}

function named(text: string, folder: TemporaryFolder): string {
  return text
    .replaceAll(folder.path, '<folder>')
    .replaceAll(server.url, '<server>')
    .replaceAll(new URL(closedUrl).host, '<closed>')
    .replaceAll(process.versions.node, '<version>')
    .replaceAll(/"toolCallId": "[^"]+"/g, '"toolCallId": "<id>"');
}

describe.each(Object.entries(entries))('%s', (name, entry) => {
  const path = new URL(`transcripts/success/${name.replaceAll(' ', '_')}.txt`, import.meta.url);

  test('succeeds as its transcript says, in every mode', async () => {
    answer = (request) => succeed(request, server.url);
    const parts: string[] = [];
    for (const mode of modes) {
      const outcome = await run(entry, { mode, place: 'pipe' });
      expect(outcome.stdout + outcome.stderr).not.toContain('\u001b');
      parts.push(print(mode, outcome));
    }
    const transcript = parts.join('\n');
    if (isUpdate) writeFileSync(path, transcript);
    expect(existsSync(path), `There is no transcript: ${path.pathname}`).toBe(true);
    expect(transcript).toBe(readFileSync(path, 'utf8'));
  });

  test.each(modes)('on a terminal it says the same, in colours (%s)', async (mode) => {
    answer = (request) => succeed(request, server.url);
    const piped = await run(entry, { mode, place: 'pipe' });
    expectColoured(await run(entry, { mode, place: 'terminal' }), piped);
  });

  for (const trouble of troubles) {
    const failing = entry.on[trouble];
    if (failing && 'because' in failing) continue;
    test.each(modes.flatMap((mode) => places.map((place) => ({ mode, place }))))(
      `${trouble} ($mode, $place)`,
      async ({ mode, place }) => {
        const { answers, env, expected } = troubleOf(trouble, failing);
        answer = answers;
        const words = failing?.words ?? entry.words;
        const piped = await run(entry, { mode, place: 'pipe', words, env });
        expect(piped).toEqual(
          failed(entry, mode, { opening: trouble === 'bad folder' ? [] : entry.opening, ...expected }),
        );
        if (place === 'terminal') expectColoured(await run(entry, { mode, place, words, env }), piped);
        // What is missing here is found out before anything is sent.
        const isLocal = trouble === 'no key' || expected.message.startsWith('Directory not found');
        if (isLocal) expect(server.requests).toEqual([]);
      },
    );
  }
});

interface Expected extends Failing {
  /** As text; JSON has the bare message. */
  readonly text?: string;
  readonly apiCode?: string;
}

const notFoundBody = { error: 'Agent not found', code: 'NOT_FOUND' };
const noKey =
  'No API key found. Set OCTAVUS_CLI_API_KEY or OCTAVUS_API_KEY environment variable. On your own server, ' +
  '`npm run -s admin -- keys create --name NAME --permissions agents,sessions` makes one. `octavus login` keeps it.';

interface MadeTrouble {
  readonly answers: (request: RecordedRequest) => ScriptedAnswer;
  readonly env: Readonly<Record<string, string>>;
  readonly expected: Expected;
}

function hintOf({ status }: ScriptedAnswer): readonly string[] {
  return status === 401 ? ['  `octavus config` shows which key is used and where it comes from'] : [];
}

/** How a trouble is made, and how a command tells of it unless it is said to do so otherwise. */
function troubleOf(trouble: Trouble, own: Failing | undefined): MadeTrouble {
  const refused = (reply: ScriptedAnswer, message: string, apiCode?: string) => {
    const api = {
      ...{
        message,
        code: 'API_ERROR',
        text: `API error: ${message}`,
        details: [`  Status: ${reply.status}`, ...hintOf(reply)],
      },
      ...(apiCode !== undefined && { apiCode }),
    };
    return { answers: () => reply, env: {}, expected: (own ?? api) as Expected };
  };
  const healthy = (request: RecordedRequest) => succeed(request, server.url);
  switch (trouble) {
    case '404':
      return refused({ status: 404, body: notFoundBody }, notFoundBody.error, 'NOT_FOUND');
    case 'flat error':
      return refused(
        { status: 401, body: { error: 'Unknown key', code: 'UNAUTHORIZED' } },
        'Unknown key',
        'UNAUTHORIZED',
      );
    case 'nested error':
      return refused({ status: 402, body: { error: { code: 'EMPTY', message: 'Used up' } } }, 'Used up', 'EMPTY');
    case 'HTML error':
      return refused({ status: 500, type: 'text/html', body: '<h1>Oops</h1>' }, 'Request failed with status 500');
    case 'refused connection': {
      const message = 'Cannot reach <closed>: connection refused (ECONNREFUSED). Is the server running?';
      return {
        answers: healthy,
        env: { OCTAVUS_API_URL: closedUrl },
        expected: { message, code: 'NETWORK_ERROR' } as Expected,
      };
    }
    case 'no key': {
      const message = (own?.message ?? '<no key>').replace('<no key>', noKey);
      const expected = { code: 'CONFIG_ERROR', status: 2, opening: [], ...own, message } as Expected;
      return { answers: healthy, env: { OCTAVUS_API_KEY: '' }, expected };
    }
    case 'bad folder':
      return { answers: healthy, env: {}, expected: own as Expected };
  }
}

const lines = (...all: readonly string[]) => all.map((line) => `${line}\n`).join('');

function failed({ isLines = false, progress = [] }: Entry, mode: Mode, expected: Expected): Run {
  const { message, code, status = 1, text = message, details = [], opening = [], apiCode } = expected;
  const said = mode === '--quiet' ? [] : progress;
  if (mode === '--json') {
    const json = { error: message, code, ...(apiCode !== undefined && { apiCode }) };
    return { status, stdout: `${JSON.stringify(json, null, isLines ? 0 : 2)}\n`, stderr: lines(...said) };
  }
  return { status, stdout: mode === 'text' ? lines(...opening) : '', stderr: lines(...said, `✗ ${text}`, ...details) };
}

const marks = { '✓': 32, '✗': 31, '⚠': 33, ℹ: 34 } as const;

/** The words are the same; marks have their colour; JSON has none. */
function expectColoured(terminal: Run, piped: Run): void {
  const { stdout, stderr } = terminal;
  expect({
    status: terminal.status,
    stdout: stripVTControlCharacters(stdout),
    // Only there somebody waits and is told of it.
    stderr: stripVTControlCharacters(stderr).replaceAll(/^Waiting for .*, then trying again\n/gm, ''),
  }).toEqual(piped);
  for (const line of `${stdout}${stderr}`.split('\n')) {
    const [mark] = Object.keys(marks).filter((each) => stripVTControlCharacters(line).startsWith(`${each} `));
    if (mark) expect(line).toMatch(new RegExp(`^\\u001b\\[${marks[mark as keyof typeof marks]}m${mark}\\u001b\\[0m `));
  }
  if (/^[{[]/.test(piped.stdout)) expect(stdout).toBe(piped.stdout);
}

function print(mode: Mode, { status, stdout, stderr }: Run): string {
  const requests = server.requests.map(({ method, url }) => `${method} ${url}\n`);
  return [
    `== ${mode}: exit ${status}\n`,
    ...requests,
    '-- standard output\n',
    stdout,
    '-- standard error\n',
    stderr,
  ].join('');
}

/** One process of each command, on a real pseudo-terminal. */
describe('in a pseudo-terminal', () => {
  const onTerminal = Object.entries(entries).filter(([, { input, interruptAfter }]) => !input && !interruptAfter);

  test.each(onTerminal)('%s', async (_name, entry) => {
    answer = (request) => succeed(request, server.url);
    const piped = await run(entry, { mode: 'text', place: 'pipe' });
    await using folder = await temporaryFolder(files);
    const env = { OCTAVUS_API_URL: server.url, OCTAVUS_API_KEY: key };
    await using terminal = openTerminal(entry.words, { cwd: folder.path, env });
    if (entry.words[0] === 'dev') {
      await terminal.until('> ');
      terminal.type('\u0004');
    }
    expect(await terminal.ended).toBe(piped.status);
    const text = stripVTControlCharacters(terminal.text()).replaceAll('\r\n', '\n');
    const said = named(text, folder).split('\n');
    for (const line of `${piped.stdout}${piped.stderr}`.split('\n').filter(Boolean)) expect(said).toContain(line);
  });
});
