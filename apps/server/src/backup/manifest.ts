import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BackupError } from './backup-error.ts';

/** The layout of a backup's directory; another layout is another number. */
export const backupFormat = 1;

const copySchema = z.object({
  /** From the directory of the backup. */
  path: z.string().regex(/^(octavus\.db|secret|files\/[\w-]+\/[\w-]+)$/),
  sizeBytes: z.number(),
  /** Lower-case hex. */
  sha256: z.string(),
});

/** One file of a backup. */
export type Copy = z.infer<typeof copySchema>;

const manifestSchema = z.object({
  format: z.literal(backupFormat),
  createdAt: z.string(),
  schemaVersion: z.number(),
  database: copySchema,
  files: z.array(copySchema),
  secret: copySchema.optional(),
});

/** What a backup holds. It is written last: a directory without it is not a whole backup. */
export type Manifest = z.infer<typeof manifestSchema>;

export const manifestName = 'manifest.json';

/** @throws BackupError when the directory holds no whole backup, or one of a layout that this release does not know. */
export async function readManifest(directory: string): Promise<Manifest> {
  const text = await readFile(join(directory, manifestName), 'utf8').catch((cause) => {
    throw new BackupError(`${directory} is not a complete backup: it has no ${manifestName}`, { cause });
  });
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new BackupError(`${join(directory, manifestName)} is not one that this release wrote`, { cause });
  }
}
