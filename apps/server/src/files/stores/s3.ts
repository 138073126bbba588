import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { OctavusError } from '@octavus/core';
import { StartError } from '../../start-error.ts';
import { parseS3Url } from '../s3-url.ts';
import type { DirectUrls, FileStore, FileToWrite, OpenFile } from './store.ts';

/** Longest life of a presigned URL, in seconds: seven days (Amazon S3 User Guide, "Download and upload objects with presigned URLs"). */
const maxUrlSeconds = 7 * 24 * 60 * 60;

interface Bucket {
  readonly client: S3Client;
  readonly name: string;
  keyOf(fileId: string): string;
}

/**
 * Opens the bucket that `s3://bucket/prefix?region=…&endpoint=…` names, on Amazon or on any server that speaks its protocol. Credentials
 * come from where the AWS SDK looks for them. Clients send and fetch bytes at the bucket itself.
 *
 * @throws StartError when it names none.
 */
export async function openS3Store(url: string): Promise<FileStore> {
  const location = parseS3Url(url);
  if (!location) throw new StartError('OCTAVUS_FILES_URL names no bucket: expected s3://<bucket>?region=<region>');
  const { bucket: name, prefix, region, endpoint } = location;
  const client = new S3Client({
    ...(region !== undefined && { region }),
    // Other servers rarely have a host name for each bucket.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    // The checksums that the SDK adds by itself would be part of presigned URLs, and many servers do not know them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const bucket: Bucket = { client, name, keyOf: (fileId) => prefix + fileId };
  return {
    direct: directUrls(bucket),
    write: (file, bytes) => write(bucket, file, bytes),
    open: (fileId) => open(bucket, fileId),
    remove: async (fileId) => {
      await translating(() => client.send(new DeleteObjectCommand({ Bucket: name, Key: bucket.keyOf(fileId) })));
    },
    // An object exists when all its bytes have arrived, so nothing is left behind.
    removeLeftovers: async () => undefined,
    check: () => check(bucket),
    [Symbol.asyncDispose]: async () => client.destroy(),
  };
}

function directUrls({ client, name: Bucket, keyOf }: Bucket): DirectUrls {
  return {
    // What the SDK makes of bucket, region and endpoint only the SDK knows.
    origin: async () => {
      const command = new GetObjectCommand({ Bucket, Key: keyOf('origin') });
      return new URL(await getSignedUrl(client, command)).origin;
    },
    uploadUrl: ({ id, sizeBytes }, { contentType, seconds }) => {
      const command = new PutObjectCommand({
        Bucket,
        Key: keyOf(id),
        ContentType: contentType,
        ContentLength: sizeBytes,
      });
      return getSignedUrl(client, command, {
        expiresIn: seconds,
        // Left out of the signature by default; the sender must send what was declared.
        signableHeaders: new Set(['host', 'content-type', 'content-length']),
      });
    },
    downloadUrl: ({ id }, { disposition, contentType, seconds }) => {
      const command = new GetObjectCommand({
        Bucket,
        Key: keyOf(id),
        ResponseContentType: contentType,
        ResponseContentDisposition: disposition,
        ResponseCacheControl: 'private, max-age=3600',
      });
      return getSignedUrl(client, command, { expiresIn: Math.min(seconds, maxUrlSeconds) });
    },
  };
}

/** In one piece, and so in memory: only what the server made comes this way, and the SDK can sign it and send it again. */
async function write(
  { client, name, keyOf }: Bucket,
  { id, mediaType }: FileToWrite,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly etag: string }> {
  const command = new PutObjectCommand({
    Bucket: name,
    Key: keyOf(id),
    Body: await buffer(bytes),
    ContentType: mediaType,
  });
  const { ETag = '' } = await translating(() => client.send(command));
  return { etag: ETag };
}

/**
 * Asks for an object that nobody made. Only a bucket that is there, with credentials that may look into it, says that it has none; without
 * that right it would refuse to say, also whether an upload has arrived.
 */
async function check({ client, name, keyOf }: Bucket): Promise<void> {
  try {
    await client.send(new GetObjectCommand({ Bucket: name, Key: keyOf('check') }));
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
  }
}

async function open({ client, name, keyOf }: Bucket, fileId: string): Promise<OpenFile | undefined> {
  const key = { Bucket: name, Key: keyOf(fileId) };
  const head = await translating(() => client.send(new HeadObjectCommand(key)), isNotFound);
  if (!head) return undefined;
  const { ContentLength = 0, ETag = '' } = head;
  async function* read(range: string | undefined): AsyncGenerator<Uint8Array> {
    const command = new GetObjectCommand({ ...key, ...(range !== undefined && { Range: range }), IfMatch: ETag });
    const { Body } = await translating(() => client.send(command));
    if (Body) yield* Body as Readable;
  }
  return {
    sizeBytes: ContentLength,
    etag: ETag,
    read: (range) => Readable.from(read(range && `bytes=${range.start}-${range.end}`), { objectMode: false }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;
}

/** @param isAbsence whether an error only says that there is nothing: then the result is undefined. */
async function translating<Result>(work: () => Promise<Result>): Promise<Result>;
async function translating<Result>(
  work: () => Promise<Result>,
  isAbsence: (error: unknown) => boolean,
): Promise<Result | undefined>;
async function translating<Result>(
  work: () => Promise<Result>,
  isAbsence: (error: unknown) => boolean = () => false,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isAbsence(error)) return undefined;
    if (OctavusError.isInstance(error)) throw error;
    throw new OctavusError('SERVICE_UNAVAILABLE', {}, { cause: error });
  }
}
