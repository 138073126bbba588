import {
  consoleRequestHeader,
  consoleRoutes,
  includesRole,
  type Role,
  type RouteAccess,
  roles,
} from '@octavus/console-api';
import { isId, OctavusError } from '@octavus/core';
import type { FastifyRequest } from 'fastify';
import { type SignedIn, signInFirst } from '../../console/accounts.ts';
import type { ConsoleServices } from '../../console/console.ts';
import { readSignInCookie } from './cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in; set on every route of the console that needs it. */
    signedIn: SignedIn | null;
    /** The role in the project of the path; set where a route needs one. */
    role: Role | null;
  }
}

/**
 * Lets a request to the console's API pass, before its body is read.
 *
 * @throws OctavusError FORBIDDEN when it may come from a page of another site, or the role is too small; UNAUTHORIZED without a
 *   sign-in; NOT_FOUND for a project that is not the caller's.
 */
export async function admit(
  request: FastifyRequest,
  access: RouteAccess,
  services: Pick<ConsoleServices, 'accounts' | 'storage'>,
): Promise<void> {
  refuseOtherSites(request);
  if (access === 'anyone') return;
  const token = readSignInCookie(request);
  if (token === undefined) throw signInFirst();
  const signedIn = await services.accounts.authenticate(token);
  request.signedIn = signedIn;
  if (access === 'account') return;
  const { members } = services.storage;
  if (access === 'any-developer' || access === 'any-owner') {
    const needed = access === 'any-owner' ? 'owner' : 'developer';
    const projects = await members.listProjects(signedIn.account.id);
    if (!projects.some(({ role }) => includesRole(role, needed))) throw tooSmall(needed);
    return;
  }
  const { projectId } = request.params as { projectId?: string };
  const role = isId(projectId) ? await members.findRole(projectId, signedIn.account.id) : undefined;
  if (!role) throw new OctavusError('NOT_FOUND', { resource: 'Project' });
  if (!includesRole(role, access)) throw tooSmall(access);
  request.role = role;
  request.projectId = projectId ?? '';
}

/**
 * A page of another site can make a browser send the cookie only with requests that the browser lets it send without asking: those
 * without headers of its own (Fetch standard, CORS-safelisted). SameSite keeps the cookie back besides.
 */
function refuseOtherSites({ method, headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  const isMarked = headers[consoleRequestHeader] !== undefined;
  if (!isForeign && (isMarked || method === 'GET' || method === 'HEAD')) return;
  const message = 'Requests to the console come from its own pages only';
  throw new OctavusError('FORBIDDEN', {}, { message });
}

function tooSmall(needed: Role): OctavusError {
  const enough = roles.filter((role) => includesRole(role, needed)).join(' or ');
  return new OctavusError('FORBIDDEN', {}, { message: `Your role does not allow this: it needs ${enough}` });
}

/**
 * @param methods of one route.
 * @throws Error for a route under `/console/api` that the contract, and so the authorization matrix, does not have: a mistake in the
 *   program, found when it starts.
 */
export function assertDeclared(methods: string | readonly string[], path: string): void {
  if (!path.startsWith('/console/api')) return;
  for (const method of [methods].flat()) {
    const name = `${method === 'HEAD' ? 'GET' : method} ${path}`;
    if (!Object.hasOwn(consoleRoutes, name)) throw new Error(`The contract of the console has no route ${name}`);
  }
}
