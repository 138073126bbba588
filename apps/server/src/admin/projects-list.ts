import { toIsoTime } from '../iso-time.ts';
import { type Command, withStorage } from './command.ts';
import { toTable } from './table.ts';

export const projectsList: Command = {
  usage: '',
  summary: 'List projects',
  options: {},
  positionals: [],
  run: (_args, context) =>
    withStorage(context, async (storage) => {
      const projects = (await storage.projects.list()).map(({ id, slug, name, createdAt }) => ({
        id,
        slug,
        name,
        createdAt: toIsoTime(createdAt),
      }));
      const rows = projects.map(({ id, slug, name, createdAt }) => [id, slug, name, createdAt]);
      return {
        json: { projects },
        text: rows.length > 0 ? toTable(['ID', 'SLUG', 'NAME', 'CREATED'], rows) : 'No projects.',
      };
    }),
};
