import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { SearchBackend } from './backend.ts';
import { createBrave } from './brave.ts';
import { createExa } from './exa.ts';
import { createSearxng } from './searxng.ts';
import { createTavily } from './tavily.ts';
import { createWebSearch } from './web-search.ts';

type Answer = (request: IncomingMessage, body: unknown, response: ServerResponse) => void;

/** A search service that answers as the test says. */
async function openService(answer: Answer): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    answer(request, JSON.parse(Buffer.concat(chunks).toString() || 'null'), response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const json = (response: ServerResponse, body: unknown, status = 200) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};

interface Wire {
  readonly open: (baseUrl: string) => SearchBackend;
  readonly expected: { method: string; url: string; headers: Record<string, string>; body: unknown };
  /** Results in the service's own words. */
  readonly answer: (pages: readonly { title: string; url: string; text: string }[]) => unknown;
}

const services: readonly (readonly [string, Wire])[] = [
  [
    'Tavily',
    {
      open: (baseUrl) => createTavily({ apiKey: 'tvly-k', baseUrl }),
      expected: {
        method: 'POST',
        url: '/search',
        headers: { authorization: 'Bearer tvly-k', 'content-type': 'application/json' },
        body: { query: 'fern & scale', max_results: 2, search_depth: 'basic' },
      },
      answer: (pages) => ({
        query: 'fern & scale',
        answer: null,
        results: pages.map(({ title, url, text }) => ({ title, url, content: text, score: 0.9, raw_content: null })),
        response_time: 1.2,
      }),
    },
  ],
  [
    'Brave',
    {
      open: (baseUrl) => createBrave({ apiKey: 'BSA-k', baseUrl }),
      expected: {
        method: 'GET',
        url: '/res/v1/web/search?q=fern+%26+scale&count=2&text_decorations=false',
        headers: { 'x-subscription-token': 'BSA-k', accept: 'application/json' },
        body: null,
      },
      answer: (pages) => ({
        type: 'search',
        web: { type: 'search', results: pages.map(({ title, url, text }) => ({ title, url, description: text })) },
      }),
    },
  ],
  [
    'Exa',
    {
      open: (baseUrl) => createExa({ apiKey: 'exa-k', baseUrl }),
      expected: {
        method: 'POST',
        url: '/search',
        headers: { 'x-api-key': 'exa-k', 'content-type': 'application/json' },
        body: { query: 'fern & scale', numResults: 2, contents: { text: { maxCharacters: 500 } } },
      },
      answer: (pages) => ({
        requestId: 'r',
        results: pages.map(({ title, url, text }) => ({ id: url, title, url, text })),
      }),
    },
  ],
  [
    'SearXNG',
    {
      open: (baseUrl) => createSearxng({ baseUrl: `${baseUrl}/` }),
      expected: { method: 'GET', url: '/search?q=fern+%26+scale&format=json', headers: {}, body: null },
      answer: (pages) => ({
        query: 'fern & scale',
        number_of_results: 0,
        results: pages.map(({ title, url, text }) => ({ title, url, content: text, engine: 'duckduckgo' })),
      }),
    },
  ],
];

const pages = [
  { title: 'Scale <strong>insects</strong>', url: 'https://plants.example/scale', text: 'Brown &amp; small\n discs.' },
  { title: '', url: 'https://plants.example/ferns', text: 'x'.repeat(1500) },
  { title: 'Third', url: 'https://plants.example/third', text: 'Cut off' },
];
const query = { query: ' fern & scale ', maxResults: 2 };
const never = new AbortController().signal;

describe.each(services)('%s', (name, { open, expected, answer }) => {
  test('is asked in its own words, and its results become plain pages', async () => {
    let seen: Partial<Wire['expected']> = {};
    await using service = await openService(({ method, url, headers }, body, response) => {
      seen = { method, url, headers: headers as Record<string, string>, body };
      json(response, answer(pages));
    });
    const found = await createWebSearch(open(service.url)).search(query, never);
    expect(seen).toMatchObject(expected);
    expect(found).toEqual({
      results: [
        { title: 'Scale insects', url: 'https://plants.example/scale', snippet: 'Brown & small discs.' },
        { title: pages[1]!.url, url: pages[1]!.url, snippet: `${'x'.repeat(999)}…` },
      ],
    });
  });

  test.each([
    [401, `${name} answered 401: the operator should check `],
    [429, `${name} answered 429: too many searches, try again later.`],
    [302, `${name} answered 302.`],
    [503, `${name} answered 503.`],
  ])('a refusal with %i is a problem that says so, without the body', async (status, problem) => {
    await using service = await openService((_request, _body, response) =>
      json(response, { detail: 'tvly-k' }, status),
    );
    const found = await createWebSearch(open(service.url)).search(query, never);
    expect(found).toEqual({ problem: expect.stringContaining(problem) });
    expect(JSON.stringify(found)).not.toContain('tvly-k');
  });
});

describe('any backend', () => {
  const search = (url: string, timeoutMs?: number) =>
    createWebSearch(createSearxng({ baseUrl: url }), { ...(timeoutMs !== undefined && { timeoutMs }) });

  test.each([
    ['no list', { results: 'none' }],
    ['nothing', null],
    [
      'odd entries',
      { results: [null, 7, { url: 5 }, { url: 'javascript:alert(1)', title: 'x' }, { title: 'no url' }] },
    ],
  ])('answers with %s are no pages', async (_title, body) => {
    await using service = await openService((_request, _body, response) => json(response, body));
    expect(await search(service.url).search(query, never)).toEqual({ results: [] });
  });

  test('what is no JSON, or endless, is a problem', async () => {
    await using page = await openService((_request, _body, response) => json(response, '<html>'));
    expect(await search(page.url).search(query, never)).toEqual({ problem: 'SearXNG cannot be reached.' });
    await using endless = await openService((_request, _body, response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', write);
      write();
    });
    expect(await search(endless.url).search(query, never)).toEqual({ problem: 'SearXNG cannot be reached.' });
  });

  test('a server that is silent is given up, one that is gone is a problem', async () => {
    await using silent = await openService(() => undefined);
    expect(await search(silent.url, 30).search(query, never)).toEqual({ problem: 'SearXNG took too long.' });
    const gone = silent.url;
    await silent[Symbol.asyncDispose]();
    expect(await search(gone).search(query, never)).toEqual({ problem: 'SearXNG cannot be reached.' });
  });

  test('an aborted search ends at once', async () => {
    const controller = new AbortController();
    await using silent = await openService(() => controller.abort());
    expect(await search(silent.url).search(query, controller.signal)).toHaveProperty('problem');
  });

  test('a blank query asks nobody', async () => {
    expect(await search('http://127.0.0.1:1').search({ query: ' \n', maxResults: 5 }, never)).toEqual({
      problem: 'the query is empty.',
    });
  });
});
