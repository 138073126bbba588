import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { OctavusClient } from '@octavus/server-sdk';
import { rolldown } from 'rolldown';
import { createBakery } from '../bakery/create-bakery.ts';

const { OCTAVUS_URL: baseUrl = 'http://localhost:6282', OCTAVUS_API_KEY: apiKey, PORT = '0' } = process.env;
assert(apiKey, 'Set OCTAVUS_API_KEY: a key with the permissions agents, sessions and mint-tokens');

const client = new OctavusClient({ baseUrl, apiKey });
const agentId = await createBakery({ baseUrl, apiKey });
const html = await readFile(join(import.meta.dirname, 'index.html'), 'utf8');
const script = await bundle(join(import.meta.dirname, 'page.ts'));

const server = createServer(async (request, response) => {
  if (request.url === '/page.js') send(response, 'text/javascript', script);
  else if (request.url === '/session') send(response, 'application/json', JSON.stringify(await openSession()));
  else send(response, 'text/html', html);
}).listen(Number(PORT), '127.0.0.1');
await once(server, 'listening');
console.log(`The page is at http://127.0.0.1:${(server.address() as AddressInfo).port}`);

/** What the page may know: it never sees the key. */
async function openSession() {
  const sessionId = await client.agentSessions.create(agentId);
  const { token } = await client.tokens.mint({ agentId, sessionId });
  return { octavusUrl: baseUrl, sessionId, token };
}

async function bundle(input: string): Promise<string> {
  const build = await rolldown({
    input,
    platform: 'browser',
    resolve: { conditionNames: ['octavus-source', 'browser', 'import', 'default'] },
  });
  const { output } = await build.generate({ format: 'esm', minify: true });
  return output[0].code;
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': type }).end(body);
}
