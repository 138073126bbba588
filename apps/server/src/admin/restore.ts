import { resolve } from 'node:path';
import { restoreBackup } from '../backup/restore-backup.ts';
import { describeBackup, summarize } from './backup.ts';
import type { Command } from './command.ts';

export const restore: Command = {
  usage: 'DIRECTORY',
  summary: 'Put a backup where the configuration says that data lies; nothing that exists is written over',
  options: {},
  positionals: ['DIRECTORY'],
  run: async ({ positionals: [directory = ''] }, { config }) => {
    const path = resolve(directory);
    const manifest = await restoreBackup(config, path);
    return {
      json: summarize(path, manifest),
      text: `${describeBackup(manifest)} of ${manifest.createdAt} are back. Start the server.`,
    };
  },
};
