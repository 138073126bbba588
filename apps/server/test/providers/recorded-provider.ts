import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ModelsConfig } from '@octavus/models';
import { type Dialect, encode, type Recorded } from './wire-format.ts';
import { checkWireRules } from './wire-rules.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look at what went out without saying what it may be
type Json = any;

/** All providers in one: answers each request, in order, as the script says and in the wire format of the API that was called. */
export interface RecordedProvider extends AsyncDisposable {
  /** Sends every provider's requests here. */
  readonly config: ModelsConfig;
  /** Says what comes next; `'anything'` is answered with a word, however often it is asked. */
  load(script: readonly Recorded[] | 'anything'): void;
  /** Paths that were asked since, such as `/v1/messages`. */
  readonly asked: readonly string[];
  /** What they were asked. */
  readonly bodies: readonly Json[];
  /** @throws Error when a request broke the rules of its API, or answers were not asked for. */
  assertDone(): void;
}

export async function openRecordedProvider(): Promise<RecordedProvider> {
  let script: readonly Recorded[] | 'anything' = [];
  let asked: string[] = [];
  let bodies: Json[] = [];
  const problems: unknown[] = [];
  let count = 0;
  const ids = () => `${++count}`.padStart(4, '0');
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '';
    const answer = script === 'anything' ? { says: ['Yes.'] } : script[asked.length];
    asked.push(path.split('?')[0]!);
    try {
      const dialect = dialectOf(path);
      const body: Json = JSON.parse(Buffer.concat(chunks).toString());
      bodies.push(body);
      checkWireRules(dialect, body);
      if (!answer) throw new Error(`nothing is recorded for request ${asked.length}`);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of encode(dialect, answer, ids)) response.write(event);
      response.end();
    } catch (problem) {
      problems.push(problem);
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { message: `${problem}` } }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = { apiKey: 'key-of-the-tests', baseURL: url };
  return {
    load(next) {
      [script, asked, bodies, count] = [next, [], [], 0];
    },
    get asked() {
      return asked;
    },
    get bodies() {
      return bodies;
    },
    config: {
      anthropic: key,
      openai: key,
      google: key,
      'x-ai': key,
      openrouter: key,
      compatible: { lab: { baseURL: `${url}/v1` } },
    },
    assertDone() {
      if (problems.length > 0) throw problems.splice(0)[0];
      if (script !== 'anything' && asked.length < script.length)
        throw new Error(`${script.length - asked.length} answers were not asked for`);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function dialectOf(path: string): Dialect {
  if (path.includes('/messages')) return 'anthropic';
  if (path.includes('/responses')) return 'responses';
  if (path.includes(':streamGenerateContent')) return 'google';
  if (path.includes('/chat/completions')) return 'chat';
  throw new Error(`no API at ${path}`);
}
