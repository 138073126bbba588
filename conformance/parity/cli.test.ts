import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentsFolder } from '../support/agents.ts';
import { type Case, cases, differences, type Field, type Sent } from './cli-cases.ts';

/** What a command did. */
interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly Sent[];
}

const published = await (async () => {
  const manifest = createRequire(import.meta.url).resolve('@octavus/cli/package.json');
  const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: { octavus: string } };
  return [join(dirname(manifest), bin.octavus)];
})();
const ours = ['--conditions=octavus-source', join(import.meta.dirname, '../../packages/cli/src/octavus.ts')];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octavus-parity-cli-'));
  await cp(agentsFolder, folder, { recursive: true });
  const settings = JSON.stringify({ slug: 'x', name: 'X', format: 'worker' });
  await writeFile(join(folder, 'a-file'), '');
  await writeFile(join(folder, 'other.env'), 'OCTAVUS_API_KEY=from-file\nOCTAVUS_CLI_API_KEY=cli-from-file\n');
  await addFolder('no-settings', {});
  await addFolder('no-json', { 'settings.json': '{' });
  await addFolder('bad-settings', { 'settings.json': settings.replace('"x"', '""').replace('worker', 'other') });
  await addFolder('no-protocol', { 'settings.json': settings });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function addFolder(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(folder, name));
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, name, path), content);
}

test.concurrent.each(cases.map((one) => [`${one.words.join(' ')}: ${one.situation}`, one] as const))(
  '%s',
  async (_title, one) => {
    const original = await run(published, one);
    const own = await run(ours, one);
    const expected = differences.filter(({ applies }) => applies(one));
    const fields = new Set(expected.flatMap(({ fields }) => fields(one)));
    for (const field of ['status', 'stdout', 'stderr', 'requests'] satisfies Field[]) {
      // A difference that is listed must be there: the list stays true.
      if (fields.has(field)) expect(own[field], field).not.toEqual(original[field]);
      else expect(own[field], field).toEqual(original[field]);
    }
  },
);

test('every difference is seen in some case', () => {
  const unseen = differences.filter(({ applies }) => !cases.some(applies));
  expect(unseen.map(({ reason }) => reason)).toEqual([]);
});

async function run(binary: readonly string[], one: Case): Promise<Outcome> {
  const requests: Sent[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = incoming;
    const { authorization } = headers;
    const request = { method, url, authorization, body: text === '' ? undefined : sortPrompts(JSON.parse(text)) };
    requests.push(request);
    const { status, type = 'application/json', body } = one.answer(request);
    response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (one.isClosed) await close(server);
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: cache,
    OCTAVUS_API_URL: url,
    OCTAVUS_API_KEY: 'key',
    ...one.env,
  };
  const outcome = await new Promise<Omit<Outcome, 'requests'>>((resolve) => {
    execFile(process.execPath, [...binary, ...one.words], { cwd: folder, env }, (error, stdout, stderr) => {
      const status = error === null ? 0 : Number(error.code);
      resolve({ status, stdout: stripVTControlCharacters(stdout), stderr: stripVTControlCharacters(stderr) });
    });
  });
  if (!one.isClosed) await close(server);
  return { ...outcome, requests };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

const cache = join(import.meta.dirname, '../node_modules/.cache/parity');

/** The original sends prompts in the order of the directory, ours sorted: no reader may rely on it. */
function sortPrompts(body: { prompts?: { name: string }[] }): unknown {
  return { ...body, ...(body.prompts && { prompts: [...body.prompts].sort((a, b) => (a.name < b.name ? -1 : 1)) }) };
}
