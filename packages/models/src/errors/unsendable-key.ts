/** What `fetch` and `node:http` say of a header that cannot be sent; of ours only the key can be such a one. */
export function isUnsendableKey(error: unknown): boolean {
  if (!(error instanceof TypeError)) return false;
  const { code } = error as { code?: unknown };
  return code === 'ERR_INVALID_CHAR' || /invalid header value|ByteString/i.test(error.message);
}
