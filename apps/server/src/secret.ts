import { hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { StartError } from './start-error.ts';

/**
 * The secret that signs and encrypts: `OCTAVUS_SECRET`, or one generated once into the data directory, readable by its owner alone.
 *
 * @throws StartError with PostgreSQL and no `OCTAVUS_SECRET`: nodes that share a database must share the secret. Also when the data
 *   directory cannot be written.
 */
export async function openSecret(config: Pick<Config, 'secret' | 'dataDir' | 'databaseUrl'>): Promise<string> {
  if (config.secret !== undefined) return config.secret;
  if (!config.databaseUrl.startsWith('file:')) {
    throw new StartError(
      'OCTAVUS_SECRET is required with PostgreSQL: set it to the same long random text on every node',
    );
  }
  try {
    return await readOrGenerate(config.dataDir);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new StartError(`The data directory ${config.dataDir} cannot be used (${reason}): set OCTAVUS_DATA_DIR`, {
      cause,
    });
  }
}

/**
 * A key for one purpose, 32 bytes: what one key signs tells nothing of the others (HKDF, RFC 5869).
 *
 * @param purpose a name of its own for each use; another name is another key.
 */
export function deriveKey(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `octavus ${purpose}`, 32));
}

async function readOrGenerate(dataDir: string): Promise<string> {
  const path = join(dataDir, 'secret');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  try {
    // Fails when the file exists: of two processes that start together, one generates and both read the same.
    await writeFile(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return (await readFile(path, 'utf8')).trim();
}
