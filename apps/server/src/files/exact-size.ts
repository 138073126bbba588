import { OctavusError } from '@octavus/core';

/**
 * Passes the bytes on, and sees to it that there are exactly as many as declared.
 *
 * @throws OctavusError PAYLOAD_TOO_LARGE before the first byte too many is passed on; VALIDATION_ERROR at the end when some are missing.
 */
export async function* ofExactSize(bytes: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let arrived = 0;
  for await (const chunk of bytes) {
    arrived += chunk.length;
    if (arrived > sizeBytes) throw tooLarge(sizeBytes);
    yield chunk;
  }
  if (arrived === sizeBytes) return;
  const message = `The file was declared with ${sizeBytes} bytes, but ${arrived} arrived`;
  throw new OctavusError('VALIDATION_ERROR', {}, { message });
}

export function tooLarge(sizeBytes: number): OctavusError {
  return new OctavusError('PAYLOAD_TOO_LARGE', { limit: `the declared size of ${sizeBytes} bytes` });
}
