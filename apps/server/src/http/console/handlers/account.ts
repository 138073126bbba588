import type { Link, Me } from '@octavus/console-api';
import { OctavusError } from '@octavus/core';
import type { FastifyReply } from 'fastify';
import type { NewSignIn } from '../../../console/accounts.ts';
import type { ConsoleServices } from '../../../console/console.ts';
import { toIsoTime } from '../../../iso-time.ts';
import type { Account, StoredLink } from '../../../storage/account-storage.ts';
import { clearSignInCookie, setSignInCookie } from '../cookie.ts';
import type { ConsoleHandlers, HandlerContext } from '../handler.ts';

/** Signing in and out, one-time links, one's own account. */
export function accountHandlers({ services }: HandlerContext) {
  const console = () => services.console;

  async function answerSignedIn(reply: FastifyReply, { account, token }: NewSignIn): Promise<Me> {
    setSignInCookie(reply, token, console().baseUrl());
    return toMe(account, console());
  }

  return {
    'POST /console/api/sign-in': async ({ body: { email, password }, reply }) =>
      answerSignedIn(reply, await console().accounts.signIn(email, password)),

    'POST /console/api/links/inspect': async ({ body }) =>
      describeLink(await console().accounts.getLink(body.token), console()),

    'POST /console/api/links/accept': async ({ body: { token, ...person }, reply }) =>
      answerSignedIn(reply, await console().accounts.acceptLink(token, person)),

    'POST /console/api/links/reset': async ({ body: { token, password }, reply }) =>
      answerSignedIn(reply, await console().accounts.resetPassword(token, password)),

    'POST /console/api/links/join': async ({ body: { token }, signedIn }) => {
      await console().accounts.joinByLink(token, signedIn);
      return toMe(signedIn.account, console());
    },

    'GET /console/api/me': ({ signedIn }) => toMe(signedIn.account, console()),

    'PATCH /console/api/me': async ({ body: { name }, signedIn: { account } }) => {
      await console().storage.accounts.rename(account.id, name);
      return toMe({ ...account, name }, console());
    },

    'POST /console/api/me/password': async ({ body: { password, newPassword }, signedIn }) => {
      await console().accounts.changePassword(signedIn, password, newPassword);
      return { changed: true };
    },

    'POST /console/api/sign-out': async ({ signedIn, reply }) => {
      await console().accounts.signOut(signedIn);
      clearSignInCookie(reply, console().baseUrl());
      return { signedOut: true };
    },

    'POST /console/api/sign-out-everywhere': async ({ signedIn, reply }) => {
      await console().accounts.signOutEverywhere(signedIn);
      clearSignInCookie(reply, console().baseUrl());
      return { signedOut: true };
    },
  } satisfies Partial<ConsoleHandlers>;
}

async function toMe({ id, email, name, createdAt }: Account, { storage }: ConsoleServices): Promise<Me> {
  const projects = await storage.members.listProjects(id);
  return {
    account: { id, email, name, createdAt: toIsoTime(createdAt) },
    projects: projects.map(({ id, slug, name, role }) => ({ id, slug, name, role })),
  };
}

async function describeLink(link: StoredLink, { storage }: ConsoleServices): Promise<Link> {
  const expiresAt = toIsoTime(link.expiresAt);
  switch (link.kind) {
    case 'owner':
      return { kind: link.kind, expiresAt };
    case 'invite': {
      const project = await storage.projects.find(link.projectId);
      if (!project) throw new OctavusError('NOT_FOUND', { resource: 'Project' });
      return { kind: link.kind, projectName: project.name, role: link.role, expiresAt };
    }
    case 'reset': {
      const account = await storage.accounts.find(link.accountId);
      if (!account) throw new OctavusError('NOT_FOUND', { resource: 'Account' });
      return { kind: link.kind, email: account.email, expiresAt };
    }
  }
}
