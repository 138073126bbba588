import type { ConsoleProject, Member, Role } from '@octavus/console-api';
import { OctavusError } from '@octavus/core';
import { defaultProject } from '../../../access/default-project.ts';
import { linkUrl, makeLink } from '../../../console/links.ts';
import { toIsoTime } from '../../../iso-time.ts';
import type { MemberChange, Membership } from '../../../storage/account-storage.ts';
import type { Project } from '../../../storage/storage.ts';
import type { ConsoleHandlers, HandlerContext } from '../handler.ts';

/** Projects, their members and invitations. */
export function projectHandlers({ services }: HandlerContext) {
  const console = () => services.console;
  const storage = () => services.console.storage;

  async function getProject(projectId: string): Promise<Project> {
    const project = await storage().projects.find(projectId);
    if (!project) throw new OctavusError('NOT_FOUND', { resource: 'Project' });
    return project;
  }

  return {
    'POST /console/api/projects': async ({ body: { slug, name }, signedIn: { account } }) => {
      const project = { id: console().ids.resource(), slug, name, createdAt: console().clock.now() };
      await storage().projects.create(project, { ownerId: account.id });
      return toProject(project, 'owner');
    },

    'GET /console/api/projects/:projectId': async ({ params: { projectId }, role }) =>
      toProject(await getProject(projectId), role),

    'PATCH /console/api/projects/:projectId': async ({ params: { projectId }, body: { name }, role }) => {
      await storage().projects.rename(projectId, name);
      return toProject(await getProject(projectId), role);
    },

    'POST /console/api/projects/:projectId/archive': async ({ params: { projectId }, body: { confirm } }) => {
      const { slug, name } = await getProject(projectId);
      if (slug === defaultProject.slug)
        throw refused('confirm', 'The default project stays: the server makes its first keys there');
      if (confirm !== name) throw refused('confirm', `Expected the name of the project, ${name}`);
      await storage().projects.archive(projectId, console().clock.now());
      return { archived: true };
    },

    'GET /console/api/projects/:projectId/members': async ({ params: { projectId }, role }) => {
      const members = await storage().members.list(projectId);
      const invites = role === 'owner' ? await storage().links.listInvites(projectId, console().clock.now()) : [];
      return {
        members: members.map(toMember),
        invites: invites.flatMap((link) =>
          link.kind === 'invite'
            ? [
                {
                  id: link.id,
                  role: link.role,
                  createdAt: toIsoTime(link.createdAt),
                  expiresAt: toIsoTime(link.expiresAt),
                  ...(link.createdByName !== undefined && { createdBy: link.createdByName }),
                },
              ]
            : [],
        ),
      };
    },

    'PATCH /console/api/projects/:projectId/members/:accountId': async ({ params, body: { role } }) => {
      const { projectId, accountId } = params;
      assertChanged(await storage().members.setRole(projectId, accountId, role));
      const member = (await storage().members.list(projectId)).find(({ account }) => account.id === accountId);
      if (!member) throw new OctavusError('NOT_FOUND', { resource: 'Member' });
      return toMember(member);
    },

    'DELETE /console/api/projects/:projectId/members/:accountId': async ({ params: { projectId, accountId } }) => {
      assertChanged(await storage().members.remove(projectId, accountId));
      return { removed: true };
    },

    'POST /console/api/projects/:projectId/invites': async ({ params: { projectId }, body: { role }, signedIn }) => {
      const maker = { id: console().ids.resource(), now: console().clock.now(), createdBy: signedIn.account.id };
      const { stored, token } = makeLink({ kind: 'invite', projectId, role }, maker);
      await storage().links.create(stored);
      return {
        id: stored.id,
        role,
        createdAt: toIsoTime(stored.createdAt),
        expiresAt: toIsoTime(stored.expiresAt),
        createdBy: signedIn.account.name,
        link: linkUrl(console().baseUrl(), token),
      };
    },

    'DELETE /console/api/projects/:projectId/invites/:inviteId': async ({ params: { projectId, inviteId } }) => {
      const isRevoked = await storage().links.revokeInvite(projectId, inviteId);
      if (!isRevoked) throw new OctavusError('NOT_FOUND', { resource: 'Invitation' });
      return { revoked: true };
    },
  } satisfies Partial<ConsoleHandlers>;
}

function toProject({ id, slug, name, createdAt }: Project, role: Role): ConsoleProject {
  return { id, slug, name, role, createdAt: toIsoTime(createdAt) };
}

function toMember({ account, role, joinedAt }: Membership): Member {
  const { id, email, name, disabledAt, lastSignInAt } = account;
  return {
    accountId: id,
    email,
    name,
    role,
    isDisabled: disabledAt !== undefined,
    joinedAt: toIsoTime(joinedAt),
    ...(lastSignInAt !== undefined && { lastSignInAt: toIsoTime(lastSignInAt) }),
  };
}

function assertChanged(change: MemberChange): void {
  if (change === 'unknown') throw new OctavusError('NOT_FOUND', { resource: 'Member' });
  if (change === 'last-owner') throw refused('role', 'A project keeps one owner: make somebody else an owner first');
}

function refused(path: string, message: string): OctavusError {
  return new OctavusError('VALIDATION_ERROR', {}, { message, issues: [{ path, message }] });
}
