import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTestS3Store, s3Credentials } from '../../../test/run-s3.ts';
import { aFileOf, describeFileStore, inPieces } from '../../../test/suites/file-store.ts';
import { openFileStore } from './index.ts';
import { openS3Store } from './s3.ts';

beforeAll(() => {
  for (const [name, value] of Object.entries(s3Credentials)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

describeFileStore('s3', openTestS3Store);

describe('addresses of the bucket', () => {
  const content = Buffer.from('a fern');

  test('take what was declared and nothing else', async () => {
    await using opened = await openTestS3Store();
    const { store } = opened;
    const file = aFileOf(content);
    const url = await store.direct!.uploadUrl(file, { contentType: 'audio/webm;codecs=opus', seconds: 900 });
    const put = (type: string, body: string) => fetch(url, { method: 'PUT', headers: { 'content-type': type }, body });
    expect((await put('text/html', 'a fern')).status).toBe(403);
    expect((await put('audio/webm;codecs=opus', 'a fern and more')).status).toBe(403);
    expect((await put('audio/webm;codecs=opus', 'fern')).status).toBe(403);
    expect(await store.open(file.id)).toBeUndefined();
    expect((await put('audio/webm;codecs=opus', 'a fern')).status).toBe(200);
    expect(await store.open(file.id)).toMatchObject({ sizeBytes: content.length });
    const other = url.replace(file.id, aFileOf(content).id);
    expect((await fetch(other, { method: 'PUT', body: 'a fern' })).status).toBe(403);
  });

  test('hold no checksum that the SDK adds by itself', async () => {
    await using opened = await openTestS3Store();
    const url = new URL(
      await opened.store.direct!.uploadUrl(aFileOf(content), { contentType: 'image/png', seconds: 900 }),
    );
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    expect([...url.searchParams.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
  });

  test('give the file with the type and disposition they were made for, for seven days at most', async () => {
    await using opened = await openTestS3Store();
    const { store } = opened;
    const file = { ...aFileOf(content), mediaType: 'text/html' };
    await store.write(file, inPieces(content));
    const url = await store.direct!.downloadUrl(file, {
      contentType: 'application/octet-stream',
      disposition: 'attachment; filename="fern.html"',
      seconds: 30 * 24 * 60 * 60,
    });
    const response = await fetch(url, { headers: { range: 'bytes=2-5' } });
    expect(response.status).toBe(206);
    expect(await response.text()).toBe('fern');
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="fern.html"');
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('604800');
    expect((await fetch(url.replace('604800', '604799'))).status).toBe(403);
    for (const [name, value] of [
      ['response-content-type', 'text/html'],
      ['response-content-disposition', 'inline'],
    ] as const) {
      const changed = new URL(url);
      changed.searchParams.set(name, value);
      expect((await fetch(changed)).status, name).toBe(403);
      changed.searchParams.delete(name);
      expect((await fetch(changed)).status, name).toBe(403);
    }
  });

  test('expire', async () => {
    await using opened = await openTestS3Store();
    const { store } = opened;
    const file = aFileOf(content);
    await store.write(file, inPieces(content));
    const url = await store.direct!.downloadUrl(file, { disposition: 'inline', contentType: 'image/png', seconds: 0 });
    expect((await fetch(url)).status).toBe(403);
  });
});

describe('a bucket that cannot be used', () => {
  test('a server that does not answer is unavailable', async () => {
    await using store = await openS3Store('s3://larkspur?endpoint=http://127.0.0.1:1');
    const unavailable = { code: 'SERVICE_UNAVAILABLE' };
    const file = aFileOf(Buffer.from('x'));
    await expect(store.open(file.id)).rejects.toMatchObject(unavailable);
    await expect(store.remove(file.id)).rejects.toMatchObject(unavailable);
    await expect(store.write(file, inPieces(Buffer.from('x')))).rejects.toMatchObject(unavailable);
    await expect(store.check()).rejects.toThrow();
  });

  test('a bucket that is not there is noticed by the check', async () => {
    await using opened = await openTestS3Store();
    const url = new URL(
      await opened.store.direct!.downloadUrl(aFileOf(Buffer.from('x')), {
        disposition: '',
        contentType: 'text/plain',
        seconds: 9,
      }),
    );
    await using other = await openFileStore(`s3://elsewhere?endpoint=${url.origin}`);
    await expect(other.check()).rejects.toThrow();
  });

  test.each([
    's3://',
    's3://UPPER_case!',
    's3://user:pw@larkspur',
    's3://larkspur?colour=green',
    's3://larkspur?endpoint=ftp://x',
    's3://larkspur/%2e%2e/%zz',
    's3:larkspur',
  ])('%s names none', async (url) => {
    await expect(openFileStore(url)).rejects.toThrow('OCTAVUS_FILES_URL names no bucket');
  });
});
