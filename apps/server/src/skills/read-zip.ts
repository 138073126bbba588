import { crc32, inflateRawSync } from 'node:zlib';

/** What the directory of a ZIP archive says of one entry. */
export interface ZipEntry {
  /** As it is written there; one that ends in `/` is a folder. */
  readonly name: string;
  /** As it is declared. */
  readonly sizeBytes: number;
  readonly isLink: boolean;
  /** @throws ZipError when the bytes are not what the directory says. */
  read(): Buffer;
}

/** The bytes are no ZIP archive, or a broken one. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

const signatures = { end: 0x06054b50, directory: 0x02014b50, local: 0x04034b50 } as const;
const endBytes = 22;
const directoryBytes = 46;
const localBytes = 30;
const maxCommentBytes = 0xffff;
const unixHosts: readonly number[] = [3, 19];
const isSymbolicLink = (mode: number) => (mode & 0o170000) === 0o120000;

/**
 * Reads the directory of a ZIP archive (APPNOTE.TXT 4.3), and entries only when they are asked for. Archives of more than 4 GiB or 65,535
 * entries (ZIP64) are not understood.
 *
 * @throws ZipError
 */
export function readZip(archive: Buffer): ZipEntry[] {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + directoryBytes > archive.length || archive.readUInt32LE(at) !== signatures.directory) throw broken();
    const nameBytes = archive.readUInt16LE(at + 28);
    const next = at + directoryBytes + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    if (next > archive.length) throw broken();
    entries.push(toEntry(archive, at, nameBytes));
    at = next;
  }
  return entries;
}

/** It is last, before a comment of any length. */
function findEnd(archive: Buffer): number {
  const first = Math.max(0, archive.length - endBytes - maxCommentBytes);
  for (let at = archive.length - endBytes; at >= first; at -= 1) {
    if (archive.readUInt32LE(at) === signatures.end) return at;
  }
  throw new ZipError('It is no ZIP archive');
}

function toEntry(archive: Buffer, at: number, nameBytes: number): ZipEntry {
  const field = {
    host: archive.readUInt8(at + 5),
    flags: archive.readUInt16LE(at + 8),
    method: archive.readUInt16LE(at + 10),
    crc: archive.readUInt32LE(at + 16),
    packedBytes: archive.readUInt32LE(at + 20),
    sizeBytes: archive.readUInt32LE(at + 24),
    mode: archive.readUInt32LE(at + 38) >>> 16,
    local: archive.readUInt32LE(at + 42),
  };
  return {
    name: archive.toString('utf8', at + directoryBytes, at + directoryBytes + nameBytes),
    sizeBytes: field.sizeBytes,
    isLink: unixHosts.includes(field.host) && isSymbolicLink(field.mode),
    read: () => {
      const bytes = unpack(archive, field);
      if (bytes.length !== field.sizeBytes || crc32(bytes) !== field.crc) throw broken();
      return bytes;
    },
  };
}

interface Location {
  readonly flags: number;
  readonly method: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly local: number;
}

function unpack(archive: Buffer, { flags, method, packedBytes, sizeBytes, local }: Location): Buffer {
  if (flags & 1) throw new ZipError('It is encrypted');
  if (local + localBytes > archive.length || archive.readUInt32LE(local) !== signatures.local) throw broken();
  const start = local + localBytes + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(start, start + packedBytes);
  if (packed.length !== packedBytes) throw broken();
  if (method === 0) return packed;
  if (method !== 8) throw new ZipError('It is packed in a way other than DEFLATE');
  try {
    // Never more than was declared, whatever it would become.
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, sizeBytes) });
  } catch {
    throw broken();
  }
}

function broken(): ZipError {
  return new ZipError('The ZIP archive is broken');
}
