const randomCharacters = 7;

/** An id for a message or part made by a client: epoch milliseconds, a dash and random characters of 0-9 and a-z. */
export function generateId(): string {
  const [random = 0] = crypto.getRandomValues(new BigUint64Array(1));
  return `${Date.now()}-${random.toString(36).slice(-randomCharacters)}`;
}
