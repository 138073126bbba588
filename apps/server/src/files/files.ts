import {
  type FileReference,
  fileLimits,
  OctavusError,
  type UploadUrlsBody,
  type UploadUrlsResponse,
} from '@octavus/core';
import type { Clock, Ids, MessageOptions } from '@octavus/engine';
import { hasSession, type Reach } from '../access/scope.ts';
import { createGuardedDownload, type GuardedDownload } from '../net/guarded-download.ts';
import { isExpired } from '../sessions/expiry.ts';
import type { Storage, StoredFile } from '../storage/storage.ts';
import { ofExactSize, tooLarge } from './exact-size.ts';
import { directDeliveryOf, essenceOf, toStoredName } from './file-names.ts';
import { checkOfFile, checkOfUpload } from './lifetime.ts';
import { type ReadFile, type ReadLimits, readFile } from './read-file.ts';
import { findReferences, isFileId, mapReferences } from './references.ts';
import type { SignedUrls } from './signed-urls.ts';
import type { FileStore, OpenFile } from './stores/store.ts';

/** Uploads, downloads and the addresses of files (http-api.md 7). Files are known inside their project only. */
export interface FileService {
  /**
   * Makes files that wait for their bytes; this is activity of the session.
   *
   * @throws OctavusError NOT_FOUND, SESSION_EXPIRED
   */
  createUploads(projectId: string, body: UploadUrlsBody): Promise<UploadUrlsResponse>;
  /**
   * Takes the bytes of a file whose address the caller was allowed to use, in place of earlier ones.
   *
   * @throws OctavusError NOT_FOUND, UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, VALIDATION_ERROR (fewer bytes than declared); what was
   *   there before stays then.
   */
  upload(fileId: string, upload: Upload): Promise<{ readonly etag: string }>;
  /** @throws OctavusError NOT_FOUND, also before the upload is complete. */
  open(fileId: string): Promise<{ readonly file: StoredFile; readonly content: OpenFile }>;
  /**
   * Checks every reference to a file of ours in `value`: type, size, name and address become those we know. References with other ids
   * stay as they are, as links (runtime-semantics.md 3.1).
   *
   * @param path of the value in the request, for issues.
   * @throws OctavusError VALIDATION_ERROR with one issue for each file that is out of reach, does not exist or was never uploaded.
   */
  resolve<Value>(reach: Reach, value: Value, path: string): Promise<Value>;
  /** Those of the ids that are files within reach, uploaded or not. */
  findWithin(reach: Reach, fileIds: readonly string[]): Promise<StoredFile[]>;
  /**
   * Runs `convert`, which makes messages for a reader, with the addresses of the project's files signed anew (http-api.md 7.3). It may
   * run twice: the first time shows which files there are.
   */
  withFreshUrls<Messages>(
    projectId: string,
    convert: (options: Required<MessageOptions>) => Messages,
  ): Promise<Messages>;
  /** Keeps bytes that the server made or was given during an execution. @returns the reference for a message. */
  store(bytes: Uint8Array, meta: NewFile): Promise<FileReference>;
  /**
   * Reads a file into memory: one within reach, known by its id or an address that was given out for it, or one elsewhere, which only a
   * public address may name (runtime-semantics.md 3.1). Never rejects.
   */
  read(reach: Reach, reference: FileReference, limits: ReadLimits): Promise<ReadFile>;
}

interface Upload {
  /** `Content-Type` and `Content-Length` of the request. */
  readonly contentType: string | undefined;
  readonly contentLength: number | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
}

interface NewFile {
  readonly projectId: string;
  readonly sessionId: string;
  readonly filename: string;
  readonly mediaType: string;
}

export interface FileServiceOptions {
  readonly storage: Pick<Storage, 'files' | 'sessions'>;
  readonly store: FileStore;
  /** Fetches what lies elsewhere; only other by tests. */
  readonly download?: GuardedDownload;
  readonly urls: SignedUrls;
  readonly ids: Pick<Ids, 'file'>;
  readonly clock: Clock;
  /** Idle time after which a session expires, in milliseconds. */
  readonly sessionTtlMs: number;
}

export function createFileService(options: FileServiceOptions): FileService {
  const { storage, store, urls, ids, clock, sessionTtlMs, download = createGuardedDownload() } = options;
  const { files } = storage;
  const downloadSeconds = Math.max(fileLimits.downloadUrlSeconds, Math.ceil(sessionTtlMs / 1000));

  function uploadUrl(file: StoredFile, contentType: string): string | Promise<string> {
    const seconds = fileLimits.uploadUrlSeconds;
    return store.direct?.uploadUrl(file, { contentType, seconds }) ?? urls.sign('put', file.id, seconds);
  }

  function downloadUrl(file: StoredFile): string | Promise<string> {
    const signing = { ...directDeliveryOf(file), seconds: downloadSeconds };
    return store.direct?.downloadUrl(file, signing) ?? urls.sign('get', file.id, downloadSeconds);
  }

  function newFile(projectId: string, sessionId: string, meta: UploadUrlsBody['files'][number]): StoredFile {
    const now = clock.now();
    return {
      id: ids.file(),
      projectId,
      sessionId,
      filename: toStoredName(meta.filename),
      mediaType: essenceOf(meta.mediaType),
      sizeBytes: meta.size,
      createdAt: now,
      uploadedAt: undefined,
      checkAt: checkOfUpload(now),
    };
  }

  async function createUploads(projectId: string, body: UploadUrlsBody): Promise<UploadUrlsResponse> {
    const session = await storage.sessions.find(projectId, body.sessionId);
    if (!session) throw new OctavusError('NOT_FOUND', { resource: 'Session' });
    if (isExpired(session, { now: clock.now(), ttlMs: sessionTtlMs })) throw new OctavusError('SESSION_EXPIRED');
    const created = body.files.map((meta) => newFile(projectId, session.id, meta));
    await files.create(created);
    const infos = created.map(async (file, index) => ({
      id: file.id,
      // As it was declared: a store of its own compares the whole type with what the client will send.
      uploadUrl: await uploadUrl(file, body.files[index]!.mediaType),
      downloadUrl: await downloadUrl(file),
    }));
    return { files: await Promise.all(infos) };
  }

  async function upload(fileId: string, { contentType, contentLength, bytes }: Upload) {
    const file = await files.find(fileId);
    if (!file) throw notFound();
    const { mediaType, sizeBytes } = file;
    if (contentType === undefined || essenceOf(contentType) !== mediaType)
      throw new OctavusError('UNSUPPORTED_MEDIA_TYPE', { expected: mediaType });
    if (contentLength !== undefined && contentLength > sizeBytes) throw tooLarge(sizeBytes);
    return write(file, bytes);
  }

  async function write(file: StoredFile, bytes: AsyncIterable<Uint8Array>): Promise<{ readonly etag: string }> {
    const written = await store.write(file, ofExactSize(bytes, file.sizeBytes));
    if (await markUploaded(file.id)) return written;
    // Swept while its bytes were on their way.
    await store.remove(file.id);
    throw notFound();
  }

  function markUploaded(fileId: string): Promise<boolean> {
    const now = clock.now();
    return files.markUploaded(fileId, { at: now, checkAt: checkOfFile(now) });
  }

  async function open(fileId: string) {
    const file = await files.find(fileId);
    const content = file?.uploadedAt === undefined ? undefined : await store.open(file.id);
    if (!file || !content) throw notFound();
    return { file, content };
  }

  /** Where clients send bytes to the store itself, it is asked the first time the file is used. */
  async function isUploaded(file: StoredFile): Promise<boolean> {
    if (file.uploadedAt !== undefined) return true;
    if (!store.direct) return false;
    await using content = await store.open(file.id);
    return content?.sizeBytes === file.sizeBytes && (await markUploaded(file.id));
  }

  async function toReference(file: StoredFile): Promise<FileReference> {
    const { id, mediaType, filename, sizeBytes } = file;
    return { id, mediaType, url: await downloadUrl(file), filename, size: sizeBytes };
  }

  async function findWithin({ projectId, scope }: Reach, fileIds: readonly string[]): Promise<StoredFile[]> {
    const found = await files.findMany(projectId, fileIds);
    if (!scope) return found;
    const sessionIds = [...new Set(found.map(({ sessionId }) => sessionId))];
    const isWithin = await Promise.all(sessionIds.map((id) => hasSession(storage.sessions, { projectId, scope }, id)));
    const within = new Set(sessionIds.filter((_, index) => isWithin[index]));
    return found.filter(({ sessionId }) => within.has(sessionId));
  }

  async function resolve<Value>(reach: Reach, value: Value, path: string): Promise<Value> {
    const found = findReferences(value, path);
    if (found.length === 0) return value;
    const ids = new Set(found.map(({ reference }) => reference.id));
    const known = new Map<string, FileReference>();
    for (const file of await findWithin(reach, [...ids])) {
      if (await isUploaded(file)) known.set(file.id, await toReference(file));
    }
    const issues = found
      .filter(({ reference }) => !known.has(reference.id))
      .map((missing) => ({ path: missing.path, message: 'This file was never uploaded' }));
    if (issues.length > 0) {
      const message = `Invalid request: ${issues[0]?.path}: this file was never uploaded`;
      throw new OctavusError('VALIDATION_ERROR', {}, { message, issues });
    }
    return mapReferences(value, (reference) => ({ ...reference, ...known.get(reference.id) })) as Value;
  }

  async function withFreshUrls<Messages>(
    projectId: string,
    convert: (options: Required<MessageOptions>) => Messages,
  ): Promise<Messages> {
    const ids = new Set<string>();
    const asStored = convert({
      fileUrl: ({ id, url }) => {
        if (isFileId(id)) ids.add(id);
        return url;
      },
    });
    if (ids.size === 0) return asStored;
    const known = await files.findMany(projectId, [...ids]);
    const fresh = new Map<string, string>();
    for (const file of known) fresh.set(file.id, await downloadUrl(file));
    return convert({ fileUrl: ({ id, url }) => fresh.get(id) ?? url });
  }

  async function storeBytes(bytes: Uint8Array, { projectId, sessionId, filename, mediaType }: NewFile) {
    const file = newFile(projectId, sessionId, { filename, mediaType, size: bytes.length });
    await files.create([file]);
    await write(file, asIterable(bytes));
    return toReference(file);
  }

  async function find(reach: Reach, fileId: string): Promise<StoredFile | undefined> {
    const [file] = await findWithin(reach, [fileId]);
    return file && (await isUploaded(file)) ? file : undefined;
  }

  return {
    createUploads,
    upload,
    open,
    resolve,
    findWithin,
    withFreshUrls,
    store: storeBytes,
    read: (reach, reference, limits) =>
      readFile(reference, {
        ...limits,
        store,
        download,
        find: (fileId) => find(reach, fileId),
        fileOfAddress: urls.fileOf,
      }),
  };
}

function notFound(): OctavusError {
  return new OctavusError('NOT_FOUND', { resource: 'File' });
}

async function* asIterable(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
