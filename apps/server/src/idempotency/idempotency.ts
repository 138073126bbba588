import { createHash } from 'node:crypto';
import { OctavusError } from '@octavus/core';
import { canonicalJson } from '../canonical-json.ts';
import { createSealer } from '../sealer.ts';
import type { Storage } from '../storage/storage.ts';

/** What a request that may be sent twice was answered. */
export interface KeptAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/** A request with an `Idempotency-Key`. */
export interface KeyedRequest {
  readonly projectId: string;
  readonly key: string;
}

/** Gives a repeated request the answer of the first one. Keys are known inside their project only and kept for 24 hours. */
export interface Idempotency {
  /**
   * @param asked what makes two requests the same one: any JSON value.
   * @returns the kept answer, or undefined: the request is this caller's to do, and to `finish` or `release`.
   * @throws OctavusError VALIDATION_ERROR when the key was used for something else; CONFLICT while the first request is worked on.
   */
  begin(request: KeyedRequest, asked: unknown): Promise<KeptAnswer | undefined>;
  /** Keeps the answer. */
  finish(request: KeyedRequest, answer: KeptAnswer): Promise<void>;
  /** Nothing was done: the key may be used again. */
  release(request: KeyedRequest): Promise<void>;
}

interface IdempotencyOptions {
  readonly requests: Storage['idempotency'];
  /** 32 bytes: answers may hold credentials, so they are encrypted where they lie. */
  readonly encryptionKey: Uint8Array;
  readonly now: () => number;
}

/** A request that has no answer after this long died with its process; none takes as long. */
const abandonedMs = 60_000;

export function createIdempotency({ requests, encryptionKey, now }: IdempotencyOptions): Idempotency {
  const sealer = createSealer(encryptionKey);
  return {
    begin: async ({ projectId, key }, asked) => {
      const stored = { projectId, key: digest(key), fingerprint: digest(canonicalJson(asked)) };
      const used = await requests.begin({ ...stored, now: now(), abandonedBefore: now() - abandonedMs });
      if (used === 'begun') return undefined;
      if (used.fingerprint !== stored.fingerprint) throw usedOtherwise();
      if (used.answer === undefined) throw conflict('A request with this Idempotency-Key is still being worked on');
      const answer = sealer.open(used.answer, stored.key);
      if (answer === undefined)
        throw conflict('The answer to this Idempotency-Key is lost: look, then use another key');
      return JSON.parse(answer) as KeptAnswer;
    },
    finish: ({ projectId, key }, answer) => {
      const name = digest(key);
      return requests.finish(projectId, name, sealer.seal(JSON.stringify(answer), name));
    },
    release: ({ projectId, key }) => requests.release(projectId, digest(key)),
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function usedOtherwise(): OctavusError {
  const message = 'This Idempotency-Key was used for another request: every request needs a key of its own';
  return new OctavusError('VALIDATION_ERROR', {}, { message, issues: [{ path: '', message }] });
}

function conflict(message: string): OctavusError {
  return new OctavusError('CONFLICT', {}, { message });
}
