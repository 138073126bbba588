const randomCharacters = 7;

/** An id for a message or part made by a client: epoch milliseconds, a dash and random characters of 0-9 and a-z. */
export function generateId(): string {
  return `${Date.now()}-${randomNumber().toString(36).slice(-randomCharacters)}`;
}

function randomNumber(): bigint {
  // Node.js 18 has no global `crypto`; these ids need to differ, not to be secret.
  if (typeof crypto === 'undefined') return BigInt(Math.floor(Math.random() * Number.MAX_SAFE_INTEGER));
  return crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
}
