import { beforeEach, describe, expect, test } from 'vitest';
import {
  NOT_A_VALID_IMAGE_NOTE,
  normalizeToolResultMedia,
  normalizeToolResultOutputFiles,
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
