import { type Role, roles } from '@octavus/console-api';
import { linkUrl, makeLink } from '../console/links.ts';
import { toIsoTime } from '../iso-time.ts';
import { type Command, getProject, requireOption, UsageError, withStorage } from './command.ts';

export const usersInvite: Command = {
  usage: '--role ROLE [--project SLUG]',
  summary: `Make a one-time link that makes whoever opens it a member of a project. ROLE: ${roles.join(', ')}`,
  options: { role: { type: 'string' }, project: { type: 'string' } },
  positionals: [],
  run: async (args, context) => {
    const role = parseRole(requireOption(args, 'role'));
    return withStorage(context, async (storage) => {
      const project = await getProject(args, storage, context);
      const maker = { id: context.ids.resource(), now: context.now() };
      const { stored, token } = makeLink({ kind: 'invite', projectId: project.id, role }, maker);
      await storage.links.create(stored);
      const link = linkUrl(context.baseUrl, token);
      const expiresAt = toIsoTime(stored.expiresAt);
      return {
        json: { id: stored.id, link, role, projectId: project.id, expiresAt },
        text: `${link}\n\nMakes whoever opens it ${role} of the project "${project.slug}", once, until ${expiresAt}.`,
      };
    });
  },
};

function parseRole(text: string): Role {
  const role = roles.find((known) => known === text);
  if (role) return role;
  throw new UsageError(`--role is "${text}": expected one of ${roles.join(', ')}`);
}
