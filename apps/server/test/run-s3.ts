import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { openS3Store } from '../src/files/stores/s3.ts';
import type { TestFileStore } from './suites/file-store.ts';

/** What the server that speaks S3 accepts. */
export const s3Credentials = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };

const bucket = 'larkspur';

/** What a bucket must allow so that pages upload to it (docs/files.md). */
const forBrowsers = `<CORSConfiguration><CORSRule>
<AllowedOrigin>*</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod>
<AllowedHeader>Content-Type</AllowedHeader><ExposeHeader>ETag</ExposeHeader>
</CORSRule></CORSConfiguration>`;

interface TestS3 extends AsyncDisposable {
  /** For `OCTAVUS_FILES_URL`. */
  readonly url: string;
  readonly endpoint: string;
}

/**
 * A server that speaks S3, with one empty bucket.
 *
 * @param options.checksSignatures false for addresses whose query holds `'` or `*`: the server does not escape them as S3 says when it
 *   computes the signature.
 */
export async function startS3({ checksSignatures = true } = {}): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'octavus-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    vhostBuckets: false,
    allowMismatchedSignatures: !checksSignatures,
    configureBuckets: [{ name: bucket, configs: [forBrowsers] }],
  });
  const { port } = await server.run();
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    url: `s3://${bucket}/files?region=eu-west-1&endpoint=${endpoint}`,
    endpoint,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A store on a bucket of its own. The credentials must be in the environment. */
export async function openTestS3Store(): Promise<TestFileStore> {
  const server = await startS3();
  const store = await openS3Store(server.url);
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
