import { beforeEach, describe, expect, test } from 'vitest';
import {
  NOT_A_VALID_IMAGE_NOTE,
  normalizeToolResultMedia,
  normalizeToolResultOutputFiles,
  OctavusClient,
  type ToolResult,
} from '../src/index.ts';
import { type Answer, json, serveScript } from './script-server.ts';

const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
const base64 = (text: string | Buffer) => Buffer.from(text as string).toString('base64');

/** Stands in for the upload endpoint and the store behind it. */
async function serveUploads(options: { refuses?: boolean; putStatus?: number } = {}) {
  const stored = new Map<string, { type: string | undefined; bytes: Buffer }>();
  const urls: Answer = (response, { body }) => {
    if (options.refuses) return json(500, { error: 'No' })(response, {} as never);
    const files = body.files.map((_file: unknown, index: number) => ({
      id: `f${index}`,
      uploadUrl: `${store.url}/put/${index}`,
      downloadUrl: `${store.url}/get/${index}`,
    }));
    return json(200, { files })(response, {} as never);
  };
  const { createServer } = await import('node:http');
  const { once } = await import('node:events');
  const storeServer = createServer(async (request, response) => {
    const bytes = Buffer.concat(await request.toArray());
    stored.set(request.url!, { type: request.headers['content-type'], bytes });
    response.writeHead(options.putStatus ?? 200).end();
  }).listen(0, '127.0.0.1');
  await once(storeServer, 'listening');
  const store = { url: `http://127.0.0.1:${(storeServer.address() as { port: number }).port}` };
  const api = await serveScript(urls, urls, urls);
  return {
    api,
    stored,
    store,
    files: api.client().files,
    [Symbol.asyncDispose]: async () => {
      await api[Symbol.asyncDispose]();
      storeServer.closeAllConnections();
      storeServer.close();
      await once(storeServer, 'close');
    },
  };
}

describe('inline media', () => {
  let results: ToolResult[];
  beforeEach(() => {
    results = [
      {
        toolCallId: 'c',
        result: {
          content: [
            { type: 'text', text: 'Two files' },
            { type: 'image', data: base64(png), mimeType: 'image/jpeg' },
            { type: 'image', data: base64('<svg/>'), mimeType: 'image/png' },
            { type: 'audio', data: base64('la'), mimeType: 'audio/mpeg' },
          ],
        },
      },
    ];
  });

  test('is uploaded and linked; only real images are for the model to see', async () => {
    await using server = await serveUploads();
    await normalizeToolResultMedia(results, server.files, 's1');
    const url = (index: number) => `${server.store.url}/get/${index}`;
    expect(results[0]?.result).toEqual({
      content: [
        { type: 'text', text: 'Two files' },
        { type: 'image', mediaType: 'image/png', size: 10, url: url(0) },
        { type: 'image', mediaType: 'image/png', size: 6, url: url(1), error: NOT_A_VALID_IMAGE_NOTE },
        { type: 'audio', mediaType: 'audio/mpeg', size: 2, url: url(2) },
      ],
    });
    expect(results[0]?.files).toEqual([
      { id: 'f0', mediaType: 'image/png', url: url(0), filename: expect.stringMatching(/^image-.+\.png$/), size: 10 },
    ]);
    expect(server.api.requests[0]?.body).toMatchObject({
      sessionId: 's1',
      files: [
        { mediaType: 'image/png', size: 10 },
        { size: 6 },
        { filename: expect.stringMatching(/^audio-.+\.mp3$/) },
      ],
    });
    expect(server.stored.get('/put/0')).toEqual({ type: 'image/png', bytes: png });
    expect(server.stored.get('/put/2')?.bytes.toString()).toBe('la');
  });

  test.each([[{ refuses: true }], [{ putStatus: 500 }]])(
    'never stays as Base64 and never throws: %j',
    async (options) => {
      await using server = await serveUploads(options);
      await normalizeToolResultMedia(results, server.files, 's1');
      expect(results[0]?.result).toMatchObject({
        content: [{}, { error: 'Upload failed' }, { error: 'Upload failed' }, { error: 'Upload failed' }],
      });
      expect(JSON.stringify(results)).not.toContain('"data"');
      expect(results[0]).not.toHaveProperty('files');
    },
  );

  test('that is no Base64 or empty is not sent', async () => {
    await using server = await serveUploads();
    const broken = [
      {
        toolCallId: 'c',
        result: [
          { type: 'blob', data: '*' },
          { type: 'blob', data: '' },
        ],
      },
    ] as ToolResult[];
    await normalizeToolResultMedia(broken, server.files, 's1');
    expect(broken[0]?.result).toMatchObject([{ error: 'Upload failed' }, { error: 'Upload failed' }]);
    expect(server.api.requests).toHaveLength(0);
  });

  test('for a variable, and results without any, stay as they are', async () => {
    await using server = await serveUploads();
    const others: ToolResult[] = [
      { ...results[0]!, outputVariable: 'X' },
      { toolCallId: 'd', result: 'text' },
      { toolCallId: 'e', error: 'No' },
    ];
    const before = structuredClone(others);
    await normalizeToolResultMedia(others, server.files, 's1');
    expect(others).toEqual(before);
    expect(server.api.requests).toHaveLength(0);
  });
});

test('output files are uploaded, linked and listed', async () => {
  await using server = await serveUploads();
  const file = { name: 'a.csv', mediaType: 'text/csv', size: 3, contentBase64: base64('1,2'), path: '/tmp/a.csv' };
  const results: ToolResult[] = [
    { toolCallId: 'c', result: { ok: true, outputFiles: [file, { name: 'broken' }] } },
    { toolCallId: 'd', outputVariable: 'X', result: { outputFiles: [file] } },
  ];
  await normalizeToolResultOutputFiles(results, server.files, 's1');
  const url = `${server.store.url}/get/0`;
  const { contentBase64: _content, ...shown } = file;
  expect(results[0]?.result).toEqual({ ok: true, outputFiles: [{ ...shown, url }, { name: 'broken' }] });
  expect(results[0]?.files).toEqual([{ id: 'f0', mediaType: 'text/csv', url, filename: 'a.csv', size: 3 }]);
  expect(results[1]?.result).toEqual({ outputFiles: [file] });
  expect(server.stored.get('/put/0')?.type).toBe('text/csv');
});

describe('uploads that go wrong', () => {
  const file = (name: string, content = 'abc') => ({
    name,
    mediaType: 'text/plain',
    size: content.length,
    contentBase64: base64(content),
  });
  const resultOf = (outputFiles: readonly unknown[]): ToolResult[] => [{ toolCallId: 'c', result: { outputFiles } }];
  type Asked = { filename: string; size: number }[];

  /** A client whose `fetch` stands in for the server, which refuses some files, and for the store, which drops some. */
  function scriptedUploads(
    refuses: (files: Asked) => number | undefined = () => undefined,
    drops: (name: string) => boolean = () => false,
    config: object = {},
  ) {
    const asked: Asked[] = [];
    const put: string[] = [];
    const fetch = async (url: unknown, init: RequestInit = {}) => {
      const { pathname } = new URL(String(url));
      if (init.method === 'PUT') {
        put.push(pathname);
        if (drops(pathname)) throw new TypeError('fetch failed');
        return new Response('stored');
      }
      const { files } = JSON.parse(String(init.body)) as { files: Asked };
      asked.push(files);
      const status = refuses(files);
      if (status !== undefined) return new Response('{"error":"No"}', { status });
      const answer = files.map(({ filename }) => ({
        id: `f-${filename}`,
        uploadUrl: `http://store/${filename}`,
        downloadUrl: `http://files/${filename}`,
      }));
      return new Response(JSON.stringify({ files: answer }));
    };
    const client = new OctavusClient({ baseUrl: 'http://x', fetch: fetch as typeof globalThis.fetch, ...config });
    return { asked, put, files: client.files };
  }

  const outcomes = (results: ToolResult[]) =>
    (results[0]!.result as { outputFiles: { name: string; url?: string; error?: string }[] }).outputFiles.map(
      ({ name, url, error }) => [name, url ?? error],
    );

  test('go through the fetch of the application', async () => {
    const { files, put } = scriptedUploads();
    const results = resultOf([file('a')]);
    await normalizeToolResultOutputFiles(results, files, 's1');
    expect(put).toEqual(['/a']);
    expect(results[0]?.files).toEqual([
      { id: 'f-a', mediaType: 'text/plain', url: 'http://files/a', filename: 'a', size: 3 },
    ]);
  });

  test('one that breaks off midway costs the others nothing', async () => {
    const { files } = scriptedUploads(undefined, (path) => path === '/b');
    const results = resultOf([file('a'), file('b'), file('c')]);
    await normalizeToolResultOutputFiles(results, files, 's1');
    expect(outcomes(results)).toEqual([
      ['a', 'http://files/a'],
      ['b', 'Upload failed'],
      ['c', 'http://files/c'],
    ]);
    expect(results[0]?.files?.map(({ id }) => id)).toEqual(['f-a', 'f-c']);
  });

  test.each([400, 413])('one that the server refuses with %i costs the others nothing', async (status) => {
    const { files } = scriptedUploads((asked) => (asked.some(({ filename }) => filename === 'b') ? status : undefined));
    const results = resultOf([file('a'), file('b'), file('c')]);
    await normalizeToolResultOutputFiles(results, files, 's1');
    expect(outcomes(results).map(([, outcome]) => outcome)).toEqual([
      'http://files/a',
      'Upload failed',
      'http://files/c',
    ]);
  });

  test('a session that is gone is asked for once', async () => {
    const { files, asked } = scriptedUploads(() => 404);
    const results = resultOf([file('a'), file('b')]);
    await normalizeToolResultOutputFiles(results, files, 's1');
    expect(outcomes(results)).toEqual([
      ['a', 'Upload failed'],
      ['b', 'Upload failed'],
    ]);
    expect(asked).toHaveLength(1);
  });

  test('more than one request may ask for are asked for in several', async () => {
    const { files, asked } = scriptedUploads();
    const results = resultOf(Array.from({ length: 45 }, (_, index) => file(`n${index}`)));
    await normalizeToolResultOutputFiles(results, files, 's1');
    expect(asked.map((batch) => batch.length)).toEqual([20, 20, 5]);
    expect(outcomes(results)).toEqual(
      Array.from({ length: 45 }, (_, index) => [`n${index}`, `http://files/n${index}`]),
    );
    expect(results[0]?.files).toHaveLength(45);
  });

  test('a store that never answers is given up on after timeoutMs', async () => {
    const never = async (_url: unknown, init: RequestInit = {}) => {
      if (init.method !== 'PUT') {
        const files = [{ id: 'f', uploadUrl: 'http://store/a', downloadUrl: 'http://files/a' }];
        return new Response(JSON.stringify({ files }));
      }
      return new Promise<Response>((_resolve, reject) =>
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
      );
    };
    const client = new OctavusClient({ baseUrl: 'http://x', fetch: never as typeof fetch, timeoutMs: 30 });
    const results = resultOf([file('a')]);
    await normalizeToolResultOutputFiles(results, client.files, 's1');
    expect(outcomes(results)).toEqual([['a', 'Upload failed']]);
  });

  test('what is incomplete is completed: Base64 never stays', async () => {
    const { files } = scriptedUploads();
    const results = resultOf([{ contentBase64: base64('abc') }, { name: 7, mediaType: '', contentBase64: '*' }, null]);
    await normalizeToolResultOutputFiles(results, files, 's1');
    expect(results[0]?.result).toEqual({
      outputFiles: [
        { name: 'file', mediaType: 'application/octet-stream', size: 3, url: 'http://files/file' },
        { name: 'file', mediaType: 'application/octet-stream', size: 0, error: 'Upload failed' },
        null,
      ],
    });
  });
});
