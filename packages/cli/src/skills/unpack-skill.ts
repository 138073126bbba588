import { skillLimits } from '@octavus/core';
import { unzipSync } from 'fflate';
import { CliFailure } from '../failures.ts';

/**
 * The files of a skill's archive, by path. They come from a server and become files: only paths below a folder are taken.
 *
 * @throws CliFailure when it is no archive, larger than a server takes, or names a path that leads elsewhere.
 */
export function unpackSkill(archive: Uint8Array): Map<string, Uint8Array> {
  let sizeBytes = 0;
  let count = 0;
  const entries = unzip(archive, ({ name, originalSize }) => {
    sizeBytes += originalSize;
    count += 1;
    if (count > skillLimits.entries || sizeBytes > skillLimits.unpackedBytes) throw unusable('it is too large');
    if (!isBelow(name)) throw unusable(`"${name}" cannot be the name of a file`);
    return !name.endsWith('/');
  });
  return new Map(Object.entries(entries).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function unzip(archive: Uint8Array, filter: (entry: { name: string; originalSize: number }) => boolean) {
  try {
    return unzipSync(archive, { filter });
  } catch (cause) {
    throw cause instanceof CliFailure ? cause : unusable((cause as Error).message, cause);
  }
}

function isBelow(path: string): boolean {
  return !/^([/\\]|[a-z]:)|\0/i.test(path) && !path.split(/[/\\]/).includes('..');
}

function unusable(reason: string, cause?: unknown): CliFailure {
  return new CliFailure('UNKNOWN', `The archive of the server cannot be used: ${reason}`, { cause });
}
