import { resolve } from 'node:path';
import { createBackup } from '../backup/create-backup.ts';
import type { Manifest } from '../backup/manifest.ts';
import type { Command } from './command.ts';

export const backup: Command = {
  usage: 'DIRECTORY',
  summary: 'Copy the SQLite database, files and generated secret into a new directory, while the server runs',
  options: {},
  positionals: ['DIRECTORY'],
  run: async ({ positionals: [directory = ''] }, { config, now }) => {
    const path = resolve(directory);
    const manifest = await createBackup(config, path, now);
    return { json: summarize(path, manifest), text: `${describeBackup(manifest)} are in ${path}, checked.` };
  },
};

export function summarize(path: string, { createdAt, schemaVersion, database, files }: Manifest) {
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, database.sizeBytes);
  return { path, createdAt, schemaVersion, files: files.length, sizeBytes };
}

export function describeBackup({ files, secret }: Manifest): string {
  const counted = `${files.length} file${files.length === 1 ? '' : 's'}`;
  return secret ? `The database, ${counted} and the secret` : `The database and ${counted}`;
}
