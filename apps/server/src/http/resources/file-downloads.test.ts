import { readdir, readlink } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { codeOf, serveFiles, waitFor } from '../../../test/serve-files.ts';

describe('GET and HEAD', () => {
  test('answer with type, length, tag and headers that keep a browser from running it', async () => {
    await using server = await serveFiles();
    const { downloadUrl } = await server.put('a fern', { filename: 'Farn ‘42’ (ü).png' });
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(downloadUrl, { method, headers: { authorization: 'Bearer nobody' } });
      expect([response.status, await response.text()]).toEqual([200, method === 'GET' ? 'a fern' : '']);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-length': '6',
        'accept-ranges': 'bytes',
        'cache-control': 'private, max-age=3600',
        'content-disposition': "inline; filename*=UTF-8''Farn%20%E2%80%9842%E2%80%99%20%28%C3%BC%29.png",
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        'access-control-allow-origin': '*',
        'access-control-expose-headers': expect.stringContaining('Content-Range'),
      });
      expect(response.headers.get('etag')).toMatch(/^"[\w-]+"$/);
    }
  });

  test('before the upload is complete there is nothing', async () => {
    await using server = await serveFiles();
    const { downloadUrl } = await server.declare();
    const response = await fetch(downloadUrl);
    expect([response.status, await codeOf(response)]).toEqual([404, 'NOT_FOUND']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect((await fetch(downloadUrl, { method: 'HEAD' })).status).toBe(404);
  });

  test('the address expires', async () => {
    await using server = await serveFiles();
    const { downloadUrl } = await server.put('fern');
    server.clock.ms += 24 * 60 * 60 * 1000;
    expect((await fetch(downloadUrl)).status).toBe(403);
    expect((await fetch(downloadUrl.replace(/sig=.*/, ''), { method: 'HEAD' })).status).toBe(403);
    const twice = await fetch(`${downloadUrl}&op=put`);
    expect(twice.status).toBe(403);
  });

  test('errors are flat for SDKs', async () => {
    await using server = await serveFiles();
    const response = await fetch(`${server.url}/api/files/x`, { headers: { 'X-Octavus-Sdk-Version': '4' } });
    expect(await response.json()).toEqual({ error: 'The signature of this address is wrong', code: 'FORBIDDEN' });
  });

  test.each([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-99', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('%s is a part', async (range, content, contentRange) => {
    await using server = await serveFiles();
    const { downloadUrl } = await server.put('0123456789');
    const response = await fetch(downloadUrl, { headers: { range } });
    expect([response.status, await response.text()]).toEqual([206, content]);
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(response.headers.get('content-length')).toBe(String(content.length));
  });

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0', 'bytes=99999999999999999999-'])('%s is outside', async (range) => {
    await using server = await serveFiles();
    const { downloadUrl } = await server.put('0123456789');
    const response = await fetch(downloadUrl, { headers: { range } });
    expect([response.status, await codeOf(response)]).toEqual([416, 'RANGE_NOT_SATISFIABLE']);
    expect(response.headers.get('content-range')).toBe('bytes */10');
  });

  test.each(['bytes=0-1,3-4', 'bytes=4-2', 'bytes=-', 'bytes=a-b', 'rows=0-1', 'x'])(
    '%s is no single range: all of it',
    async (range) => {
      await using server = await serveFiles();
      const { downloadUrl } = await server.put('0123456789');
      const response = await fetch(downloadUrl, { headers: { range } });
      expect([response.status, await response.text()]).toEqual([200, '0123456789']);
    },
  );

  test('a part is given of the file the caller knows, else all of it', async () => {
    await using server = await serveFiles();
    const { downloadUrl, uploadUrl } = await server.put('0123456789');
    const etag = (await fetch(downloadUrl)).headers.get('etag')!;
    const resume = () => fetch(downloadUrl, { headers: { range: 'bytes=5-', 'if-range': etag } });
    expect(await (await resume()).text()).toBe('56789');
    await fetch(uploadUrl, { method: 'PUT', headers: { 'content-type': 'image/png' }, body: 'abcdefghij' });
    expect(await (await resume()).text()).toBe('abcdefghij');
  });

  test('a caller who has the file gets 304', async () => {
    await using server = await serveFiles();
    const { downloadUrl } = await server.put('fern');
    const etag = (await fetch(downloadUrl)).headers.get('etag')!;
    const response = await fetch(downloadUrl, { headers: { 'if-none-match': `"x", ${etag}` } });
    expect([response.status, await response.text(), response.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await fetch(downloadUrl, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  test.each([
    ['text/html', 'attachment'],
    ['image/svg+xml', 'attachment'],
    ['application/xhtml+xml', 'attachment'],
    ['application/xml', 'attachment'],
    ['text/xml', 'attachment'],
    ['application/atom+xml', 'attachment'],
    ['text/xml-external-parsed-entity', 'attachment'],
    ['text/javascript', 'attachment'],
    ['application/x-javascript', 'attachment'],
    ['application/ecmascript', 'attachment'],
    ['text/xsl', 'attachment'],
    ['TEXT/HTML; charset=utf-8', 'attachment'],
    ['image/png', 'inline'],
    ['application/pdf', 'inline'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'inline'],
  ])('%s is sent as %s', async (mediaType, kind) => {
    await using server = await serveFiles();
    const { downloadUrl } = await server.put('x', { mediaType });
    const { headers } = await fetch(downloadUrl);
    expect(headers.get('content-disposition')).toMatch(`${kind}; filename*=`);
    expect(headers.get('content-type')).toBe(mediaType.split(';')[0]?.toLowerCase());
  });

  test.each([
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['a\\b\r\nSet-Cookie: x=y', 'a_b__Set-Cookie: x=y'],
    ['nul\0 bell\x07 del\x7f c1\x85', 'nul_ bell_ del_ c1_'],
    ['bill\u202egnp.exe', 'bill_gnp.exe'],
    ['half \ud800', 'half \ufffd'],
    [`"quoted" 'single' *;=`, `"quoted" 'single' *;=`],
    ['🌿'.repeat(127), '🌿'.repeat(127)],
    ['<script>', '<script>'],
    ['.', '.'],
  ])('the name %j is kept as %j', async (filename, stored) => {
    await using server = await serveFiles();
    const { downloadUrl } = await server.put('fern', { filename });
    const disposition = (await fetch(downloadUrl)).headers.get('content-disposition')!;
    expect(disposition).toMatch(/^inline; filename\*=UTF-8''[\w.!#$&+^`|~%-]+$/);
    expect(decodeURIComponent(disposition.split("''")[1]!)).toBe(stored);
  });

  test('other methods are not allowed, and a browser may ask', async () => {
    await using server = await serveFiles();
    const { downloadUrl } = await server.put('fern');
    const response = await fetch(downloadUrl, { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT']);
    const preflight = await fetch(downloadUrl, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
      204,
      expect.stringContaining('PUT'),
    ]);
  });

  test('a reader who leaves early closes the file', async () => {
    await using server = await serveFiles();
    const { downloadUrl } = await server.put('x'.repeat(20_000_000));
    const open = await openFiles();
    for (let round = 0; round < 20; round += 1) {
      const leaving = new AbortController();
      await fetch(downloadUrl, { signal: leaving.signal });
      leaving.abort();
      await fetch(downloadUrl, { method: 'HEAD' });
    }
    await waitFor(async () => (await openFiles()) <= open);
  });
});

/** Files of this process that are open, or 0 where the system does not say. */
async function openFiles(): Promise<number> {
  const names = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return targets.filter((target) => target.includes('octavus-files-')).length;
}
