import { fileReferenceSchema } from '@octavus/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { s3Credentials, startS3 } from '../../test/run-s3.ts';
import { projectId } from '../../test/serve.ts';
import { type FilesServer, serveFiles } from '../../test/serve-files.ts';

function referenceTo(id: string) {
  return { id, mediaType: 'text/html', url: 'https://evil.example/x', filename: 'evil.html', size: 1, width: 7 };
}

describe('references of a request', () => {
  test('become what we know, wherever they are; the rest stays', async () => {
    await using server = await serveFiles();
    const { id, downloadUrl } = await server.put('fern');
    const link = { id: 'file-abc', mediaType: 'image/png', url: 'https://larkspur.example/fern.png' };
    const value = { TEXT: 'x', FILE: referenceTo(id), LIST: [link, { inner: referenceTo(id) }], NONE: null, N: 1 };
    const known = {
      id,
      mediaType: 'image/png',
      url: downloadUrl,
      filename: 'fern.png',
      size: 4,
      width: 7,
    };
    const resolved = await server.files.resolve({ projectId }, value, 'input');
    expect(resolved).toEqual({ ...value, FILE: known, LIST: [link, { inner: known }] });
    expect(value.FILE.filename).toBe('evil.html');
  });

  test('a value without files is given back as it is', async () => {
    await using server = await serveFiles();
    const value = { TEXT: 'x', LIST: [{ id: 'file-abc' }] };
    expect(await server.files.resolve({ projectId }, value, 'input')).toBe(value);
  });

  test('each that is missing is named: never uploaded, unknown, of another project, all alike', async () => {
    await using server = await serveFiles();
    const present = await server.put('fern');
    const pending = await server.declare();
    const { id: foreign } = await storeIn(server, server.foreign);
    const input = { A: referenceTo(present.id), B: [pending.id, foreign, `file-${'x'.repeat(24)}`].map(referenceTo) };
    await expect(server.files.resolve({ projectId }, input, 'input')).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      issues: ['input.B.0', 'input.B.1', 'input.B.2'].map((path) => ({
        path,
        message: 'This file was never uploaded',
      })),
    });
  });

  test('hostile shapes are no references', async () => {
    await using server = await serveFiles();
    const id = `file-${'x'.repeat(24)}`;
    for (const value of [
      { id },
      { id, mediaType: 1, url: 'x' },
      { id: [id], mediaType: 'a/b', url: 'x' },
      [[id]],
      id,
    ]) {
      expect(await server.files.resolve({ projectId }, value, 'input')).toBe(value);
    }
  });
});

describe('addresses for a reader', () => {
  const toFile = (id: string) => ({ id, mediaType: 'image/png', url: 'https://old.example' });

  test('are signed anew for files of the project only', async () => {
    await using server = await serveFiles();
    const { id, downloadUrl } = await server.put('fern');
    const { id: foreign } = await storeIn(server, server.foreign);
    server.clock.ms += 20 * 60 * 60 * 1000;
    const ids = [id, foreign, 'file-abc', `file-${'x'.repeat(24)}`];
    const urls = await server.files.withFreshUrls(projectId, ({ fileUrl }) => ids.map((id) => fileUrl(toFile(id))));
    expect(urls.slice(1)).toEqual(['https://old.example', 'https://old.example', 'https://old.example']);
    server.clock.ms += 20 * 60 * 60 * 1000;
    expect((await fetch(downloadUrl)).status).toBe(403);
    expect(await (await fetch(urls[0]!)).text()).toBe('fern');
  });

  test('without files the messages are made once', async () => {
    await using server = await serveFiles();
    const convert = vi.fn(() => ['no files']);
    expect(await server.files.withFreshUrls(projectId, convert)).toEqual(['no files']);
    expect(convert).toHaveBeenCalledTimes(1);
  });
});

test('bytes of the server itself become a file like any other', async () => {
  await using server = await serveFiles();
  const reference = await storeIn(server, server.session);
  expect(fileReferenceSchema.parse(reference)).toEqual(reference);
  expect(reference).toMatchObject({ mediaType: 'image/png', filename: 'a_b.png', size: 4 });
  expect(await (await fetch(reference.url)).text()).toBe('moss');
  await server.files.resolve({ projectId }, reference, 'file');
});

test('an upload whose file is swept meanwhile leaves no bytes', async () => {
  await using server = await serveFiles();
  const { id } = await server.declare();
  async function* bytes() {
    yield Buffer.from('fern');
    await server.storage.files.remove([id]);
  }
  const upload = server.files.upload(id, { contentType: 'image/png', contentLength: 4, bytes: bytes() });
  await expect(upload).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await server.onDisk()).toEqual([]);
});

describe('in a bucket', () => {
  beforeAll(() => {
    for (const [name, value] of Object.entries(s3Credentials)) vi.stubEnv(name, value);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  test('clients send and fetch at the bucket, and a reference is checked there', async () => {
    await using s3 = await startS3({ checksSignatures: false });
    await using server = await serveFiles({ filesUrl: s3.url });
    const pending = await server.declare({ filename: 'Farn (1).svg', mediaType: 'image/svg+xml' });
    expect(new URL(pending.uploadUrl).host).toBe(new URL(s3.endpoint).host);
    await expect(server.files.resolve({ projectId }, referenceTo(pending.id), 'input')).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
    const { id, downloadUrl } = await server.put('fern', { filename: 'Farn (1).svg', mediaType: 'image/svg+xml' });
    const response = await fetch(downloadUrl);
    expect(await response.text()).toBe('fern');
    expect(response.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Farn%20%281%29.svg");
    const resolved = await server.files.resolve({ projectId }, referenceTo(id), 'input');
    expect(resolved).toMatchObject({ mediaType: 'image/svg+xml', filename: 'Farn (1).svg', size: 4 });
    expect((await server.storage.files.find(id))?.uploadedAt).toBe(server.clock.ms);
  });

  test('bytes of the server itself go there, too', async () => {
    await using s3 = await startS3();
    await using server = await serveFiles({ filesUrl: s3.url });
    const { id } = await storeIn(server, server.session);
    expect(await server.store.open(id)).toMatchObject({ sizeBytes: 4 });
    const [url] = await server.files.withFreshUrls(projectId, ({ fileUrl }) => [
      fileUrl({ id, mediaType: 'image/png', url: '' }),
    ]);
    expect(new URL(url!).host).toBe(new URL(s3.endpoint).host);
  });
});

function storeIn(server: FilesServer, { id: sessionId, projectId }: FilesServer['session']) {
  const meta = { projectId, sessionId, filename: 'a/b.png', mediaType: 'image/png' };
  return server.files.store(Buffer.from('moss'), meta);
}
