import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createModels } from '@octavus/models';
import { OctavusClient, type SessionRequest, toSSEStream } from '@octavus/server-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueApiKey } from '../../../apps/server/src/access/api-keys.ts';
import { type SessionServer, serveSessions } from '../../../apps/server/test/serve-sessions.ts';
import { bodyOf, type Served, serve } from './serve.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
/** Inside the repository, so that snippets find its packages. */
const folder = join(root, '.cache/client-sdk-docs');
const pages = ['docs/sdk-client.md', 'packages/client-sdk/README.md', 'packages/react/README.md'];

interface Snippet {
  readonly name: string;
  readonly language: 'ts' | 'tsx';
  readonly code: string;
  /** What it prints, where the page says so. */
  readonly output: string | undefined;
}

const fence = /^```(tsx?)\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm;

async function snippetsOf(page: string): Promise<Snippet[]> {
  const text = await readFile(join(root, page), 'utf8');
  return [...text.matchAll(fence)].map(([, language, code, output], index) => ({
    name: `${page.replaceAll(/\W+/g, '-')}-${index + 1}`,
    language: language as Snippet['language'],
    code: code as string,
    output,
  }));
}

const snippets = (await Promise.all(pages.map(snippetsOf))).flat();
const programs = snippets.filter(({ language }) => language === 'ts');

let server: SessionServer;
let app: Served;

beforeAll(async () => {
  server = await serveSessions({ databaseUrl: 'file::memory:', resolve: createModels().resolve });
  app = await serveApp();
  await mkdir(folder, { recursive: true });
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    jsx: 'react-jsx',
    customConditions: ['octavus-source'],
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: ['react'],
  };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts', '*.tsx'] }));
  for (const { name, language, code } of snippets) {
    await writeFile(join(folder, `${name}.${language}`), code.replaceAll('http://localhost:3000', app.url));
  }
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('the snippets of the documentation', () => {
  test('are there', () => {
    expect(programs.length).toBeGreaterThan(7);
    expect(snippets.length).toBeGreaterThan(programs.length);
  });

  test('compile', { timeout: 120_000 }, async () => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [compiler, '-p', folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  test.each(programs)('$name runs and prints what the page says', { timeout: 60_000 }, async ({ name, output }) => {
    const args = ['--conditions=octavus-source', '--no-warnings', join(folder, `${name}.ts`)];
    const { stdout } = await run(process.execPath, args, { env: { ...process.env, NO_COLOR: '1' } });
    if (output !== undefined) expect(stdout).toBe(output);
  });
});

const protocol = `
triggers:
  user-message: { input: { USER_MESSAGE: { type: string }, FILES: { type: 'file[]', optional: true } } }
  request-quote: { input: { TASK: { type: string } } }
types:
  Quote: { price: { type: number, description: The price. } }
tools:
  measure-window: { description: Measures the window., display: stream }
  choose-time: { description: Lets the customer choose., display: stream }
agent: { model: offline/instant, system: system, tools: [measure-window, choose-time], agentic: true }
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: user-message, input: [USER_MESSAGE], files: [FILES], display: hidden }
    Answer: { block: next-message }
  request-quote:
    Add: { block: add-message, role: user, prompt: user-message, input: { USER_MESSAGE: TASK }, display: hidden }
    Quote: { block: next-message, responseType: Quote }
`;

/** The server of the application that the page speaks of: a session of its own for every request that begins one. */
async function serveApp(): Promise<Served> {
  const { storage, ids, clock } = server.services;
  const permissions = ['agents', 'sessions', 'mint-tokens'] as const;
  const issued = { projectId: server.projectId, name: 'docs', permissions, keys: storage.apiKeys, ids, clock };
  const client = new OctavusClient({ baseUrl: server.url, apiKey: (await issueApiKey(issued)).key });
  const agentId = await server.createAgent({ slug: 'docs', name: 'Docs', format: 'interactive' }, protocol);
  /** For the files of the page; what has none begins a session of its own, so that every answer is a first one. */
  const fileSessionId = await client.agentSessions.create(agentId);
  let sessionId = fileSessionId;
  // Signed addresses name the server as the world sees it, which is not where a test's server listens.
  const here = (url: string) => url.replace(/^https?:\/\/[^/]+/, server.url);

  return serve(async (request, response) => {
    if (request.url === '/api/token') {
      const ownSessionId = await client.agentSessions.create(agentId);
      const { token } = await client.tokens.mint({ agentId, sessionId: ownSessionId });
      response.end(JSON.stringify({ octavusUrl: server.url, sessionId: ownSessionId, token }));
    } else if (request.url === '/api/upload-urls') {
      const { files } = await client.files.getUploadUrls(fileSessionId, JSON.parse(await bodyOf(request)));
      response.end(JSON.stringify({ files: files.map((file) => ({ ...file, uploadUrl: here(file.uploadUrl) })) }));
    } else {
      const body = JSON.parse(await bodyOf(request)) as SessionRequest & { input?: { FILES?: unknown } };
      const hasFiles = body.type === 'trigger' && body.input?.FILES !== undefined;
      const isRetry = body.type === 'trigger' && body.rollbackAfterMessageId !== undefined;
      if (hasFiles) sessionId = fileSessionId;
      else if (body.type === 'trigger' && !isRetry) sessionId = await client.agentSessions.create(agentId);
      const events = client.agentSessions.attach(sessionId).execute(body);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      Readable.fromWeb(toSSEStream(events) as Parameters<typeof Readable.fromWeb>[0]).pipe(response);
    }
  });
}
