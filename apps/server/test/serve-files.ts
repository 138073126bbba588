import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIds, type FileUploadInfo } from '@octavus/core';
import { createFileService, type FileService } from '../src/files/files.ts';
import { createSignedUrls } from '../src/files/signed-urls.ts';
import { openFileStore } from '../src/files/stores/index.ts';
import type { FileStore } from '../src/files/stores/store.ts';
import { openStorage } from '../src/storage/open-storage.ts';
import type { SessionRow, Storage } from '../src/storage/storage.ts';
import { projectId, serve, type TestServer } from './serve.ts';
import { anAgent, aProject, aSession, aVersion } from './suites/storage-fixtures.ts';

/** A server on real HTTP whose files are real: SQLite in memory, bytes on disk or in the given store, a clock that tests turn. */
export interface FilesServer extends TestServer {
  readonly storage: Storage;
  readonly files: FileService;
  readonly store: FileStore;
  /** An active session of the project of the keys. */
  readonly session: SessionRow;
  /** A session of another project. */
  readonly foreign: SessionRow;
  readonly clock: { ms: number };
  readonly sessionTtlMs: number;
  readonly directory: string;
  /** Names of everything on the disk, unfinished uploads too. */
  onDisk(): Promise<string[]>;
  /** Asks for the address of one upload. */
  declare(declared?: Partial<Declared>): Promise<FileUploadInfo>;
  /** Declares a file and uploads it. */
  put(content: string, declared?: Partial<Declared>): Promise<FileUploadInfo>;
}

interface Declared {
  readonly sessionId: string;
  readonly filename: string;
  readonly mediaType: string;
  readonly size: number;
}

const dayMs = 24 * 60 * 60 * 1000;

interface ServeFilesOptions {
  readonly filesUrl?: string;
  readonly sessionTtlMs?: number;
}

export async function serveFiles({ filesUrl, sessionTtlMs = dayMs }: ServeFilesOptions = {}): Promise<FilesServer> {
  const directory = await mkdtemp(join(tmpdir(), 'octavus-files-'));
  const storage = await openStorage({ url: 'file::memory:' });
  const store = await openFileStore(filesUrl ?? `file:${directory}`);
  const clock = { ms: Date.now() };
  const now = () => clock.ms;
  let baseUrl = '';
  const urls = createSignedUrls({ key: randomBytes(32), baseUrl: () => baseUrl, now });
  const ids = createIds(randomBytes, now);
  const ports = { now, sleep: async () => undefined };
  const files = createFileService({ storage, store, urls, ids, clock: ports, sessionTtlMs });
  const session = await storedSession(storage, projectId, now());
  const foreign = await storedSession(storage, 'cp0other', now());
  const server = await serve({ files, fileUrls: urls });
  baseUrl = server.url;

  async function declare(declared: Partial<Declared> = {}): Promise<FileUploadInfo> {
    const { sessionId = session.id, filename = 'fern.png', mediaType = 'image/png', size = 4 } = declared;
    const body = JSON.stringify({ sessionId, files: [{ filename, mediaType, size }] });
    const response = await server.fetch('/api/files/upload-urls', { method: 'POST', body });
    if (response.status !== 200) throw new Error(await response.text());
    return ((await response.json()) as { files: [FileUploadInfo] }).files[0];
  }

  async function put(content: string, declared: Partial<Declared> = {}): Promise<FileUploadInfo> {
    const { mediaType = 'image/png' } = declared;
    const info = await declare({ size: Buffer.byteLength(content), ...declared });
    const headers = { 'content-type': mediaType };
    const response = await fetch(info.uploadUrl, { method: 'PUT', headers, body: content });
    if (response.status !== 200) throw new Error(await response.text());
    return info;
  }

  return {
    ...server,
    storage,
    files,
    store,
    session,
    foreign,
    clock,
    sessionTtlMs,
    directory,
    declare,
    put,
    onDisk: async () => {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await storage[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function storedSession(storage: Storage, project: string, at: number): Promise<SessionRow> {
  await storage.projects.create(aProject({ id: project }));
  const agent = anAgent(project);
  await storage.agents.create(agent, aVersion(agent));
  const session = aSession(agent, { createdAt: at, updatedAt: at, lastActivityAt: at });
  await storage.sessions.create(session);
  return session;
}

export async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

/** Of what the disk shows, which tells nobody when it changes. */
export async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
