import { OctavusError } from '@octavus/core';
import type { ByteRange } from '../files/stores/store.ts';

/**
 * The part of a file that a `Range` header asks for (RFC 9110, 14.1.2).
 *
 * @param header `bytes=first-last`, `bytes=first-` or `bytes=-length`.
 * @returns undefined for the whole file: no header, several ranges, another unit, or nothing that can be read.
 * @throws OctavusError RANGE_NOT_SATISFIABLE when no byte of the file is in it.
 */
export function parseByteRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (start > end) throw new OctavusError('RANGE_NOT_SATISFIABLE');
  return { start, end };
}
