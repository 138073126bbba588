/** Enough to tell keys apart, not enough to use one. */
export function maskKey(key: string): string {
  return key.length > 16 ? `${key.slice(0, 10)}…${key.slice(-2)}` : '…';
}
