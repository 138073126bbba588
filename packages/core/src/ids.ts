import { z } from 'zod';

/** What every identifier matches, so that clients may splice it into a URL (HTTP spec 1.2). */
export const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** The formats of the identifiers we make (HTTP spec 1.2). */
export const idPatterns = {
  resource: /^c[a-z0-9]{23}$/,
  execution: /^exec_[a-z0-9]{24}$/,
  message: /^\d+-[a-z0-9]{7}$/,
  file: /^file-[a-z0-9]{24}$/,
  toolCall: /^call_[a-z0-9]{24}$/,
  jti: /^jti_[a-z0-9]{24}$/,
} as const;

export const idSchema = z.string().regex(idPattern);

/** Whether a value may be used as an identifier, a foreign one such as a provider's tool call id included. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && idPattern.test(value);
}

/** Makes identifiers. Message ids are unique and increasing, as text too, among those of one maker. */
export interface Ids {
  /** Project, agent, session, skill, key, thread, nested worker. */
  resource(): string;
  /** Execution of an interactive agent. */
  execution(): string;
  message(): string;
  file(): string;
  /** For a call whose provider gave no usable id. */
  toolCall(): string;
  /** Id of an ephemeral token. */
  jti(): string;
}

/**
 * @param random returns `n` unpredictable bytes.
 * @param now current time in epoch milliseconds.
 */
export function createIds(random: (n: number) => Uint8Array, now: () => number): Ids {
  const characters = createCharacterSource(random);
  const message = createMessageIds(characters, now);
  return {
    resource: () => `c${characters(23)}`,
    execution: () => `exec_${characters(24)}`,
    message,
    file: () => `file-${characters(24)}`,
    toolCall: () => `call_${characters(24)}`,
    jti: () => `jti_${characters(24)}`,
  };
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';
const poolBytes = 1024;
/** The largest multiple of 36 in a byte; bytes from there on would favour the first characters. */
const unbiasedBytes = 252;

/** Draws random bytes in pools, so that one id costs no call into the crypto library. */
function createCharacterSource(random: (n: number) => Uint8Array): (count: number) => string {
  let pool = new Uint8Array(0);
  let next = 0;
  return (count) => {
    let text = '';
    while (text.length < count) {
      if (next === pool.length) {
        pool = Uint8Array.from(random(poolBytes));
        next = 0;
      }
      const byte = pool[next++] ?? unbiasedBytes;
      if (byte < unbiasedBytes) text += alphabet[byte % alphabet.length];
    }
    return text;
  };
}

const suffixLength = 7;
const suffixCount = alphabet.length ** suffixLength;

function createMessageIds(characters: (count: number) => string, now: () => number): () => string {
  let lastMs = 0;
  let suffix = 0;
  return () => {
    const ms = Math.floor(now());
    if (ms > lastMs) {
      lastMs = ms;
      // The lower half leaves room to count up within the millisecond, and while the clock stands or runs back.
      suffix = Math.floor(Number.parseInt(characters(suffixLength), alphabet.length) / 2);
    } else if (++suffix === suffixCount) {
      lastMs++;
      suffix = 0;
    }
    return `${lastMs}-${suffix.toString(alphabet.length).padStart(suffixLength, '0')}`;
  };
}
