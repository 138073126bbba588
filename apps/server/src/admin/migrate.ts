import { migrateStorage } from '../storage/open-storage.ts';
import type { Command } from './command.ts';

export const migrate: Command = {
  usage: '',
  summary: 'Bring the database schema up to date, as every start does',
  options: {},
  positionals: [],
  run: async (_args, { databaseUrl }) => {
    const applied = await migrateStorage(databaseUrl);
    return {
      json: { applied },
      text: applied.length > 0 ? `Applied: ${applied.join(', ')}.` : 'The database is up to date.',
    };
  },
};
