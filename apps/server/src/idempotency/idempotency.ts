import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { OctavusError } from '@octavus/core';
import { canonicalJson } from '../canonical-json.ts';
import type { Logger } from '../logging.ts';
import { createSealer } from '../sealer.ts';
import type { IdempotentRequest, Storage } from '../storage/storage.ts';

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

/**
 * Gives a repeated request the answer of the first one. Keys are known inside their project only and kept for 24 hours; what a key was
 * used for is never done again (docs/decisions/0019).
 */
export interface Idempotency extends Disposable {
  /**
   * @param asked what makes two requests the same one: any JSON value.
   * @returns the kept answer, or a claim: the request is this caller's to do.
   * @throws OctavusError VALIDATION_ERROR when the key was used for something else; CONFLICT while the first request is worked on, and when
   *   it is not known what became of it.
   */
  begin(request: KeyedRequest, asked: unknown): Promise<KeptAnswer | Claim>;
}

/**
 * The right to do what was asked with a key. One of the three is called, once. When the database does not take it they log that, resolve,
 * and go on trying; until they succeed the key stays taken.
 */
export interface Claim {
  /** Keeps the answer. */
  finish(answer: KeptAnswer): Promise<void>;
  /** Nothing was done: the key may be used again. */
  release(): Promise<void>;
  /** Nobody knows whether it was done: the key cannot be used again. */
  giveUp(): Promise<void>;
}

interface IdempotencyOptions {
  readonly requests: Storage['idempotency'];
  /** 32 bytes: answers may hold credentials, so they are encrypted where they lie. */
  readonly encryptionKey: Uint8Array;
  readonly now: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

/** A request that has no answer after this long died with its process, or might as well have; none takes as long. */
const abandonedMs = 60_000;

/** How often, and how many times, an answer that could not be kept is tried to be kept. */
const retryEveryMs = 1_000;
const maxRetries = 600;

/** Takes the place of an answer where none is known. */
const unknown = 'unknown';

export function createIdempotency({ requests, encryptionKey, now, logger }: IdempotencyOptions): Idempotency {
  const sealer = createSealer(encryptionKey);
  const closing = new AbortController();

  /** Never rejects. */
  async function persist(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      logger.warn({ err: cause }, 'What became of a request with an Idempotency-Key could not be kept yet');
      void retry(work);
    }
  }

  async function retry(work: () => Promise<void>): Promise<void> {
    for (let left = maxRetries; left > 0; left -= 1) {
      await delay(retryEveryMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
      if (closing.signal.aborted || (await work().then(toTrue, toFalse))) return;
    }
  }

  function toClaim(request: IdempotentRequest): Claim {
    const keep = (answer: KeptAnswer | typeof unknown) =>
      persist(() => requests.finish(request, sealer.seal(JSON.stringify(answer), request.key)));
    return { finish: keep, release: () => persist(() => requests.release(request)), giveUp: () => keep(unknown) };
  }

  return {
    begin: async ({ projectId, key }, asked) => {
      const request = { projectId, key: digest(key), owner: randomUUID() };
      const fingerprint = digest(canonicalJson(asked));
      const claim = toClaim(request);
      const used = await requests.begin({ ...request, fingerprint, now: now() }).catch(async (cause) => {
        // It may have been taken all the same.
        await claim.release();
        throw cause;
      });
      if (used === 'begun') return claim;
      if (used.fingerprint !== fingerprint) throw usedOtherwise();
      if (used.answer === undefined) throw now() - used.createdAt > abandonedMs ? outcomeUnknown() : inProgress();
      const opened = sealer.open(used.answer, request.key);
      const answer = opened === undefined ? unknown : (JSON.parse(opened) as KeptAnswer | typeof unknown);
      if (answer === unknown) throw outcomeUnknown();
      return answer;
    },
    [Symbol.dispose]: () => closing.abort(),
  };
}

const toTrue = () => true;
const toFalse = () => false;

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function usedOtherwise(): OctavusError {
  const message = 'This Idempotency-Key was used for another request: every request needs a key of its own';
  return new OctavusError('VALIDATION_ERROR', {}, { message, issues: [{ path: '', message }] });
}

function inProgress(): OctavusError {
  const message = 'A request with this Idempotency-Key is still being worked on: send it again in a moment';
  return new OctavusError('CONFLICT', {}, { message });
}

function outcomeUnknown(): OctavusError {
  const message =
    'Whether the request with this Idempotency-Key was done is not known: look, and send it with another key when it was not';
  return new OctavusError('CONFLICT', {}, { message });
}
