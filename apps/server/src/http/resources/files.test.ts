import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { codeOf, type FilesServer, serveFiles, waitFor } from '../../../test/serve-files.ts';

const fileBytes = 100 * 1024 * 1024;

function askFor(server: FilesServer, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return server.fetch('/api/files/upload-urls', { method: 'POST', body: JSON.stringify(body), headers });
}

const one = { filename: 'fern.png', mediaType: 'image/png', size: 4 };

describe('POST /api/files/upload-urls', () => {
  test('answers with absolute addresses in the order of the request', async () => {
    await using server = await serveFiles();
    const files = ['a', 'b', 'c'].map((filename) => ({ ...one, filename }));
    const response = await askFor(server, { sessionId: server.session.id, files, type: 'extra' });
    expect(response.status).toBe(200);
    const { files: infos } = (await response.json()) as {
      files: { id: string; uploadUrl: string; downloadUrl: string }[];
    };
    const names = await Promise.all(infos.map(async ({ id }) => (await server.storage.files.find(id))?.filename));
    expect(names).toEqual(['a', 'b', 'c']);
    for (const { id, uploadUrl, downloadUrl } of infos) {
      expect(id).toMatch(/^file-[a-z0-9]{24}$/);
      const seconds = Math.floor(server.clock.ms / 1000);
      expect(uploadUrl).toMatch(`${server.url}/api/files/${id}?op=put&exp=${seconds + 900}&sig=`);
      expect(downloadUrl).toMatch(`${server.url}/api/files/${id}?op=get&exp=${seconds + 86_400}&sig=`);
    }
  });

  test('downloads stay valid as long as a session may be idle', async () => {
    await using server = await serveFiles({ sessionTtlMs: 30 * 24 * 60 * 60 * 1000 });
    const { downloadUrl } = await server.declare();
    const exp = Number(new URL(downloadUrl).searchParams.get('exp'));
    expect(exp - Math.floor(server.clock.ms / 1000)).toBe(30 * 24 * 60 * 60);
  });

  test('counts as activity of the session', async () => {
    await using server = await serveFiles();
    server.clock.ms += server.sessionTtlMs - 1;
    await server.declare();
    server.clock.ms += server.sessionTtlMs - 1;
    await server.declare();
  });

  test.each([
    ['no session', { files: [one] }, 'sessionId'],
    ['no files', { sessionId: 'x', files: [] }, 'files'],
    ['files of another kind', { sessionId: 'x', files: 'fern' }, 'files'],
    ['21 files', { sessionId: 'x', files: Array(21).fill(one) }, 'files'],
    ['an empty file', { sessionId: 'x', files: [one, { ...one, size: 0 }] }, 'files.1.size'],
    ['half a byte', { sessionId: 'x', files: [{ ...one, size: 0.5 }] }, 'files.0.size'],
    ['a size as text', { sessionId: 'x', files: [{ ...one, size: '4' }] }, 'files.0.size'],
    ['a file over 100 MiB', { sessionId: 'x', files: [{ ...one, size: fileBytes + 1 }] }, 'files.0.size'],
    ['over 200 MiB in all', { sessionId: 'x', files: Array(3).fill({ ...one, size: fileBytes }) }, 'files'],
    ['no name', { sessionId: 'x', files: [{ ...one, filename: '' }] }, 'files.0.filename'],
    ['a name too long', { sessionId: 'x', files: [{ ...one, filename: 'x'.repeat(256) }] }, 'files.0.filename'],
    ['no type', { sessionId: 'x', files: [{ ...one, mediaType: 'png' }] }, 'files.0.mediaType'],
    ['a hostile type', { sessionId: 'x', files: [{ ...one, mediaType: 'image/png\r\nX: y' }] }, 'files.0.mediaType'],
    ['null', null, ''],
  ])('%s is refused, and the entry is named', async (_name, body, path) => {
    await using server = await serveFiles();
    const response = await askFor(server, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'VALIDATION_ERROR', issues: [{ path }] } });
  });

  test('two files of 100 MiB are the most', async () => {
    await using server = await serveFiles();
    const body = { sessionId: server.session.id, files: Array(2).fill({ ...one, size: fileBytes }) };
    expect((await askFor(server, body)).status).toBe(200);
  });

  test('an unknown session, or one of another project, is not found; an expired one says so', async () => {
    await using server = await serveFiles();
    for (const sessionId of ['unknown', server.foreign.id]) {
      const response = await askFor(server, { sessionId, files: [one] });
      expect([response.status, await codeOf(response)]).toEqual([404, 'NOT_FOUND']);
    }
    server.clock.ms += server.sessionTtlMs;
    const response = await askFor(server, { sessionId: server.session.id, files: [one] });
    expect([response.status, await codeOf(response)]).toEqual([404, 'SESSION_EXPIRED']);
  });
});

describe('PUT', () => {
  const png = { 'content-type': 'image/png' };

  function put(url: string, body: RequestInit['body'], headers: Record<string, string> = png): Promise<Response> {
    return fetch(url, { method: 'PUT', headers, body, duplex: 'half' } as RequestInit);
  }

  test('stores the file, and answers with its tag and no body', async () => {
    await using server = await serveFiles();
    const { uploadUrl, downloadUrl } = await server.declare();
    const response = await put(uploadUrl, 'fern');
    expect([response.status, await response.text()]).toEqual([200, '']);
    const download = await fetch(downloadUrl);
    expect(await download.text()).toBe('fern');
    expect(download.headers.get('etag')).toBe(response.headers.get('etag'));
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await server.onDisk()).toHaveLength(1);
  });

  test.each(['IMAGE/PNG', 'image/png; charset=binary', ' image/png '])('the type may be written %s', async (type) => {
    await using server = await serveFiles();
    const { uploadUrl } = await server.declare({ mediaType: 'Image/PNG;x=y' });
    expect((await put(uploadUrl, 'fern', { 'content-type': type })).status).toBe(200);
  });

  test('a bearer credential is not looked at, nor is a query that is not ours', async () => {
    await using server = await serveFiles();
    const { uploadUrl } = await server.declare();
    const response = await put(`${uploadUrl}&other=1`, 'fern', { ...png, authorization: 'Bearer nobody' });
    expect(response.status).toBe(200);
  });

  test.each<[string, (url: URL) => unknown]>([
    ['another signature', (url) => url.searchParams.set('sig', 'A'.repeat(43))],
    ['a longer signature', (url) => url.searchParams.append('sig', 'x')],
    ['no signature', (url) => url.searchParams.delete('sig')],
    [
      'no query',
      (url) => {
        url.search = '';
      },
    ],
    ['a later expiry', (url) => url.searchParams.set('exp', '99999999999')],
    ['an expiry that is no number', (url) => url.searchParams.set('exp', 'NaN')],
    ['the other operation', (url) => url.searchParams.set('op', 'get')],
    [
      'another file',
      (url) => {
        url.pathname = '/api/files/file-aaaaaaaaaaaaaaaaaaaaaaaa';
      },
    ],
    [
      'a path',
      (url) => {
        url.pathname = '/api/files/..%2f..%2fetc%2fpasswd';
      },
    ],
  ])('%s is forbidden', async (_name, change) => {
    await using server = await serveFiles();
    const url = new URL((await server.declare()).uploadUrl);
    change(url);
    const response = await put(url.href, 'fern');
    expect([response.status, await codeOf(response)]).toEqual([403, 'FORBIDDEN']);
    expect(await server.onDisk()).toEqual([]);
  });

  test('the address of a download takes no upload, and the other way round', async () => {
    await using server = await serveFiles();
    const { uploadUrl, downloadUrl } = await server.put('fern');
    expect((await put(downloadUrl, 'moss')).status).toBe(403);
    expect((await fetch(uploadUrl)).status).toBe(403);
    expect(await (await fetch(downloadUrl)).text()).toBe('fern');
  });

  test('the address expires after 15 minutes', async () => {
    await using server = await serveFiles();
    const { uploadUrl } = await server.declare();
    server.clock.ms += 899_000;
    expect((await put(uploadUrl, 'fern')).status).toBe(200);
    server.clock.ms += 1_000;
    const response = await put(uploadUrl, 'fern');
    expect(await response.json()).toEqual({ error: { code: 'FORBIDDEN', message: 'This address has expired' } });
  });

  test('a file that was swept is not found', async () => {
    await using server = await serveFiles();
    const { id, uploadUrl } = await server.declare();
    await server.storage.files.remove([id]);
    expect((await put(uploadUrl, 'fern')).status).toBe(404);
  });

  test.each([['image/jpeg'], ['text/html'], ['hostile'], ['']])(
    'the type "%s" is not the declared one',
    async (type) => {
      await using server = await serveFiles();
      const { uploadUrl } = await server.declare();
      const response = await put(uploadUrl, 'fern', { 'content-type': type });
      expect(response.status).toBe(415);
      expect(await response.json()).toEqual({
        error: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'Unsupported content type: expected image/png' },
      });
    },
  );

  test('a missing type is not the declared one', async () => {
    await using server = await serveFiles();
    const { uploadUrl } = await server.declare();
    expect((await put(uploadUrl, Buffer.from('fern'), {})).status).toBe(415);
  });

  test('more bytes than declared are refused, known beforehand or not, and nothing stays', async () => {
    await using server = await serveFiles();
    const { uploadUrl, downloadUrl } = await server.declare();
    for (const body of ['ferns', 'x'.repeat(2_000_000), streamOf('fe', 'rn', 's')]) {
      const response = await put(uploadUrl, body);
      expect([response.status, await codeOf(response)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    }
    expect((await fetch(downloadUrl)).status).toBe(404);
    expect(await server.onDisk()).toEqual([]);
  });

  test('a sender without end is cut off', async () => {
    await using server = await serveFiles();
    const { uploadUrl } = await server.declare();
    const { pathname, search, port } = new URL(uploadUrl);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `PUT ${pathname}${search} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const feed = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', feed).on('error', () => undefined);
    feed();
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    await new Promise((resolve) => socket.on('close', resolve));
    expect(answer).toMatch(/^HTTP\/1.1 413 Payload Too Large\r\n/);
    expect(await server.onDisk()).toEqual([]);
  });

  test.each([['fer'], [''], [undefined]])('fewer bytes than declared are refused: %s', async (body) => {
    await using server = await serveFiles();
    const { uploadUrl, downloadUrl } = await server.declare();
    const response = await put(uploadUrl, body);
    expect([response.status, await codeOf(response)]).toEqual([400, 'VALIDATION_ERROR']);
    expect((await fetch(downloadUrl)).status).toBe(404);
    expect(await server.onDisk()).toEqual([]);
  });

  test('a refused upload leaves the earlier one', async () => {
    await using server = await serveFiles();
    const { uploadUrl, downloadUrl } = await server.put('fern');
    for (const body of ['ferns', 'fer', streamOf('fern', 's')]) await put(uploadUrl, body);
    expect(await (await fetch(downloadUrl)).text()).toBe('fern');
  });

  test('an upload that is cut off leaves nothing, and may be repeated', async () => {
    await using server = await serveFiles();
    const { uploadUrl, downloadUrl } = await server.declare({ size: 1_000_000 });
    const sending = request(uploadUrl, { method: 'PUT', headers: { ...png, 'content-length': 1_000_000 } });
    sending.on('error', () => undefined);
    sending.write('x'.repeat(500_000));
    await waitFor(async () => (await server.onDisk()).length === 1);
    sending.destroy();
    await waitFor(async () => (await server.onDisk()).length === 0);
    expect((await fetch(downloadUrl)).status).toBe(404);
    expect((await put(uploadUrl, 'y'.repeat(1_000_000))).status).toBe(200);
  });

  test('repeated and concurrent uploads leave one, whole', async () => {
    await using server = await serveFiles();
    const size = 500_000;
    const { uploadUrl, downloadUrl } = await server.declare({ size });
    const bodies = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(size));
    const answers = await Promise.all(bodies.map((body) => put(uploadUrl, body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const download = await fetch(downloadUrl);
    const content = await download.text();
    expect(bodies).toContain(content);
    const winner = answers[bodies.indexOf(content)]!;
    expect(download.headers.get('etag')).toBe(winner.headers.get('etag'));
    expect(await server.onDisk()).toHaveLength(1);
  });

  test('a disk that fails is 503, which clients try again', async () => {
    await using server = await serveFiles();
    const { uploadUrl } = await server.declare();
    await rm(join(server.directory, 'unfinished'), { recursive: true });
    const response = await put(uploadUrl, 'fern');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  });
});

function streamOf(...pieces: string[]): ReadableStream {
  return Readable.toWeb(Readable.from(pieces.map((piece) => Buffer.from(piece)))) as ReadableStream;
}
