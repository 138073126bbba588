import type { FileUploadInfo } from '@octavus/core';
import { reply, toolCall } from '@octavus/engine/testing';
import { describe, expect, test, vi } from 'vitest';
import { s3Credentials, startS3 } from '../run-s3.ts';
import { type ServeSessionsOptions, type SessionServer, serveSessions } from '../serve-sessions.ts';
import { say, says } from './conversations.ts';
import type { TestDatabase } from './storage.ts';

type WithServer = (
  options: Omit<ServeSessionsOptions, 'databaseUrl'>,
  work: (server: SessionServer) => Promise<void>,
) => Promise<void>;

const asksForOrder = () => reply(toolCall('call_1', 'find-order', { order: 'A1' }));
const declared = { filename: 'fern.png', mediaType: 'image/png', size: 4 };
const dayMs = 24 * 60 * 60 * 1000;

/** http-api.md 7 through a whole server on the given database: files on its disk, and in a bucket. */
export function describeFileApi(name: string, openDatabase: () => Promise<TestDatabase>): void {
  const withServer: WithServer = async (options, work) => {
    await using database = await openDatabase();
    await using server = await serveSessions({ ...options, databaseUrl: database.url });
    server.services.setPublicUrl(server.url);
    await work(server);
  };

  describe(`file API on disk: ${name}`, () => {
    describeUploadUrls(withServer);
    describeDisk(withServer);
    describeFilesInTurns(withServer);
  });

  describe(`file API in a bucket: ${name}`, () => {
    const withBucket: WithServer = async (options, work) => {
      for (const [variable, value] of Object.entries(s3Credentials)) vi.stubEnv(variable, value);
      try {
        await using bucket = await startS3({ checksSignatures: false });
        await withServer({ ...options, filesUrl: bucket.url }, work);
      } finally {
        vi.unstubAllEnvs();
      }
    };
    describeFilesInTurns(withBucket);
  });
}

async function declare(
  server: SessionServer,
  sessionId: string,
  files: object[] = [declared],
): Promise<FileUploadInfo[]> {
  const { status, body } = await server.call('POST', '/api/files/upload-urls', { sessionId, files });
  expect(status).toBe(200);
  return body.files;
}

function put({ uploadUrl }: FileUploadInfo, body: string, type = 'image/png'): Promise<Response> {
  return fetch(uploadUrl, { method: 'PUT', headers: { 'content-type': type }, body });
}

async function upload(server: SessionServer, sessionId: string, content = 'fern'): Promise<FileUploadInfo> {
  const [info] = await declare(server, sessionId, [{ ...declared, size: content.length }]);
  expect((await put(info!, content)).status).toBe(200);
  return info!;
}

async function errorOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error: { code: string } };
  return `${response.status} ${error.code}`;
}

function describeUploadUrls(withServer: WithServer): void {
  test('[http.files.upload-urls] every file gets an id and absolute addresses, in the order of the request', () =>
    withServer({}, async (server) => {
      const sessionId = await server.createSession();
      const names = ['a/b\\c.png', 'x'.repeat(255), 'ä.png'];
      const files = await declare(
        server,
        sessionId,
        names.map((filename) => ({ ...declared, filename })),
      );
      for (const info of files) {
        expect(Object.keys(info)).toEqual(['id', 'uploadUrl', 'downloadUrl']);
        expect(info.id).toMatch(/^file-[a-z0-9]{24}$/);
        const base = `${server.url}/api/files/${info.id}`;
        expect([info.uploadUrl.startsWith(`${base}?op=put&`), info.downloadUrl.startsWith(`${base}?op=get&`)]).toEqual([
          true,
          true,
        ]);
      }
      await put(files[0]!, 'fern');
      const { headers } = await fetch(files[0]!.downloadUrl);
      expect(headers.get('content-disposition')).toBe("inline; filename*=UTF-8''a_b_c.png");
    }));

  test('[http.files.limits] what is too big, too much or malformed is refused and named', () =>
    withServer({}, async (server) => {
      const sessionId = await server.createSession();
      const mib = 1024 * 1024;
      const wrong: [path: string, files: unknown][] = [
        ['files', []],
        ['files', Array(21).fill(declared)],
        ['files', Array(3).fill({ ...declared, size: 70 * mib })],
        ['files', undefined],
        ['files.1.size', [declared, { ...declared, size: 100 * mib + 1 }]],
        ['files.0.size', [{ ...declared, size: 0 }]],
        ['files.0.size', [{ ...declared, size: 1.5 }]],
        ['files.0.filename', [{ ...declared, filename: '' }]],
        ['files.0.filename', [{ ...declared, filename: 'x'.repeat(256) }]],
        ['files.0.mediaType', [{ ...declared, mediaType: 'png' }]],
      ];
      for (const [path, files] of wrong) {
        const { status, body } = await server.call('POST', '/api/files/upload-urls', { sessionId, files });
        expect([status, body.error.code, body.error.issues[0].path], path).toEqual([400, 'VALIDATION_ERROR', path]);
      }
      expect(await declare(server, sessionId, Array(2).fill({ ...declared, size: 100 * mib }))).toHaveLength(2);
    }));

  test('[http.files.session] they belong to an active session, which stays active by them', () =>
    withServer({ sessionTtlMs: 60_000 }, async (server) => {
      const sessionId = await server.createSession();
      server.advance(50_000);
      await declare(server, sessionId);
      server.advance(50_000);
      expect((await server.call('GET', `/api/agent-sessions/${sessionId}`)).body.status).toBe('active');
      await server.call('DELETE', `/api/agent-sessions/${sessionId}`);
      const send = (id: string) => server.call('POST', '/api/files/upload-urls', { sessionId: id, files: [declared] });
      const [expired, unknown] = [await send(sessionId), await send('cnothing')];
      expect([expired.status, expired.body.error.code]).toEqual([404, 'SESSION_EXPIRED']);
      expect([unknown.status, unknown.body.error.code]).toEqual([404, 'NOT_FOUND']);
    }));
}

function describeDisk(withServer: WithServer): void {
  test('[http.files.put] an upload is of the declared type and size, at the signed address, in its time', () =>
    withServer({}, async (server) => {
      const sessionId = await server.createSession();
      const [info] = (await declare(server, sessionId)) as [FileUploadInfo];
      expect(await errorOf(await fetch(info.downloadUrl))).toBe('404 NOT_FOUND');
      expect(await errorOf(await put(info, 'fern', 'image/jpeg'))).toBe('415 UNSUPPORTED_MEDIA_TYPE');
      expect(await errorOf(await put(info, 'ferns'))).toBe('413 PAYLOAD_TOO_LARGE');
      expect(await errorOf(await put(info, 'fer'))).toBe('400 VALIDATION_ERROR');
      for (const [from, to] of [
        ['op=put', 'op=get'],
        ['sig=', 'sig=x'],
        [/exp=\d+/, 'exp=9999999999'],
      ] as const) {
        const uploadUrl = info.uploadUrl.replace(from, to);
        expect(await errorOf(await put({ ...info, uploadUrl }, 'fern')), uploadUrl).toBe('403 FORBIDDEN');
      }
      expect(await errorOf(await fetch(info.downloadUrl))).toBe('404 NOT_FOUND');
      const done = await put(info, 'fern', 'IMAGE/PNG; charset=x');
      expect([done.status, await done.text(), done.headers.has('etag')]).toEqual([200, '', true]);
      expect((await put(info, 'moss')).status).toBe(200);
      expect(await (await fetch(info.downloadUrl)).text()).toBe('moss');
      server.advance(15 * 60_000 + 1000);
      expect(await errorOf(await put(info, 'fern'))).toBe('403 FORBIDDEN');
    }));

  test('[http.files.get] a download has the headers that keep it from running, ranges, and ends with its address', () =>
    withServer({}, async (server) => {
      const sessionId = await server.createSession();
      const info = await upload(server, sessionId);
      for (const method of ['GET', 'HEAD']) {
        const { status, headers } = await fetch(info.downloadUrl, { method });
        expect([status, Object.fromEntries(headers)]).toMatchObject([
          200,
          {
            'content-type': 'image/png',
            'content-length': '4',
            'accept-ranges': 'bytes',
            'cache-control': 'private, max-age=3600',
            'content-disposition': "inline; filename*=UTF-8''fern.png",
            'x-content-type-options': 'nosniff',
            'content-security-policy': "default-src 'none'; sandbox",
          },
        ]);
        expect(headers.has('etag')).toBe(true);
      }
      const part = await fetch(info.downloadUrl, { headers: { range: 'bytes=1-2' } });
      expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 1-2/4', 'er']);
      const outside = await fetch(info.downloadUrl, { headers: { range: 'bytes=9-' } });
      expect(await errorOf(outside)).toBe('416 RANGE_NOT_SATISFIABLE');
      for (const mediaType of ['text/html', 'image/svg+xml', 'application/xml', 'text/javascript']) {
        const [page] = (await declare(server, sessionId, [{ ...declared, mediaType }])) as [FileUploadInfo];
        await put(page, 'fern', mediaType);
        expect((await fetch(page.downloadUrl)).headers.get('content-disposition')).toMatch(/^attachment;/);
      }
      server.advance(dayMs + 1000);
      expect(await errorOf(await fetch(info.downloadUrl))).toBe('403 FORBIDDEN');
    }));
}

function describeFilesInTurns(withServer: WithServer): void {
  test('[http.files.turns] files of a turn come back with new addresses, forged facts about them do not', () =>
    withServer({ steps: [asksForOrder(), says('Here.')] }, async (server) => {
      const sessionId = await server.createSession();
      const path = `/api/agent-sessions/${sessionId}/trigger`;
      const info = await upload(server, sessionId);
      const [pending] = await declare(server, sessionId);
      await server.stream(path, say('Hi'));
      const forged = { mediaType: 'text/html', url: 'https://evil.example/x', filename: 'evil.html' };
      const resultsOf = (id: string) => ({
        toolResults: [{ toolCallId: 'call_1', result: 1, files: [{ id, ...forged }] }],
      });
      for (const id of [pending!.id, `file-${'0'.repeat(24)}`]) {
        const refused = await server.stream(path, resultsOf(id));
        expect([refused.status, refused.body.issues[0].path]).toEqual([400, 'toolResults.0.files.0']);
      }
      expect((await server.stream(path, resultsOf(info.id))).status).toBe(200);
      server.advance(30_000);
      const { body } = await server.call('GET', `/api/agent-sessions/${sessionId}?format=ui`);
      // biome-ignore lint/suspicious/noExplicitAny: tests look at what came without saying what it may be
      const file = body.messages.flatMap(({ parts }: any) => parts).find(({ type }: any) => type === 'file');
      expect(file).toMatchObject({
        id: info.id,
        mediaType: 'image/png',
        filename: 'fern.png',
        size: 4,
        toolCallId: 'call_1',
      });
      // A bucket's addresses follow the system's clock, which is not turned here.
      if (file.url.startsWith(server.url)) expect(file.url).not.toBe(info.downloadUrl);
      expect(file.url).not.toBe(forged.url);
      expect(await (await fetch(file.url)).text()).toBe('fern');
    }));

  test('[http.files.projects] a file of another project is as one that does not exist', () =>
    withServer({ steps: [asksForOrder()] }, async (server) => {
      const { storage, ids } = server.services;
      const sessionId = await server.createSession();
      const info = await upload(server, sessionId);
      const [file] = await storage.files.findMany(server.projectId, [info.id]);
      const project = { id: ids.resource(), slug: 'other', name: 'Other', createdAt: Date.now() };
      await storage.projects.create(project);
      const foreign = { ...file!, id: ids.file(), projectId: project.id };
      await storage.files.create([foreign]);
      const path = `/api/agent-sessions/${sessionId}/trigger`;
      await server.stream(path, say('Hi'));
      const files = [{ id: foreign.id, mediaType: 'image/png', url: info.downloadUrl }];
      const refused = await server.stream(path, { toolResults: [{ toolCallId: 'call_1', result: 1, files }] });
      expect([refused.status, refused.body.code]).toEqual([400, 'VALIDATION_ERROR']);
    }));
}
