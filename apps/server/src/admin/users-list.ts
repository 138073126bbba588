import { toIsoTime } from '../iso-time.ts';
import { type Command, withStorage } from './command.ts';
import { toTable } from './table.ts';

export const usersList: Command = {
  usage: '',
  summary: 'List the accounts of the console with their projects and roles',
  options: {},
  positionals: [],
  run: (_args, context) =>
    withStorage(context, async ({ accounts, members }) => {
      const users = [];
      for (const { id, email, name, createdAt, lastSignInAt, disabledAt } of await accounts.list()) {
        const projects = (await members.listProjects(id)).map(({ slug, role }) => ({ slug, role }));
        users.push({
          id,
          email,
          name,
          projects,
          createdAt: toIsoTime(createdAt),
          ...(lastSignInAt !== undefined && { lastSignInAt: toIsoTime(lastSignInAt) }),
          ...(disabledAt !== undefined && { disabledAt: toIsoTime(disabledAt) }),
        });
      }
      const rows = users.map(({ id, email, name, projects, lastSignInAt, disabledAt }) => [
        id,
        email,
        name,
        projects.map(({ slug, role }) => `${slug}:${role}`).join(','),
        lastSignInAt ?? 'never',
        disabledAt === undefined ? 'active' : 'disabled',
      ]);
      const columns = ['ID', 'EMAIL', 'NAME', 'PROJECTS', 'LAST SIGN-IN', 'STATE'];
      return { json: { users }, text: rows.length > 0 ? toTable(columns, rows) : 'No accounts.' };
    }),
};
