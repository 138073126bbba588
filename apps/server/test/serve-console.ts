import { randomBytes } from 'node:crypto';
import { consoleRequestHeader, type Role } from '@octavus/console-api';
import { digestOf, makeLink } from '../src/console/links.ts';
import { type Answer, type ServeSessionsOptions, type SessionServer, serveSessions } from './serve-sessions.ts';
import { anId, aProject } from './suites/storage-fixtures.ts';

/** A browser with the cookie of a sign-in, or without. */
export interface Browser {
  /** `undefined` leaves out a header that is sent otherwise. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string | undefined>): Promise<Answer>;
  /** The cookie as it would be sent. */
  readonly cookie: string;
}

/** A whole server with accounts in every role. */
export interface ConsoleServer extends SessionServer {
  /** Path of the project of the server. */
  readonly project: string;
  /** A project of which only `stranger` is a member. */
  readonly otherProjectId: string;
  /** Not signed in; keeps the cookie that an answer sets. */
  nobody(): Browser;
  /** Signed in anew, with that role in the project of the server; `stranger`: owner of another project only. */
  as(role: Role | 'stranger'): Promise<Browser>;
  readonly accountIds: Readonly<Record<Role | 'stranger', string>>;
  ownerToken(): Promise<string>;
}

/** Runs a test on a server of its own. */
export type WithServer = (work: (server: ConsoleServer) => Promise<void>) => Promise<void>;

export async function serveConsole(options: ServeSessionsOptions): Promise<ConsoleServer> {
  const server = await serveSessions(options);
  const { services, projectId, url } = server;
  const { storage, ids, clock } = services;
  const other = aProject();
  await storage.projects.create(other);

  async function addAccount(name: Role | 'stranger'): Promise<string> {
    const now = clock.now();
    const invite = { kind: 'invite' as const, projectId: name === 'stranger' ? other.id : projectId };
    const role = name === 'stranger' ? 'owner' : name;
    const { stored } = makeLink({ ...invite, role }, { id: anId(), now });
    await storage.links.create(stored);
    const person = { id: anId(), email: `${name}@example.com`, name, passwordHash: 'scrypt$1$1$1$$', createdAt: now };
    await storage.links.accept(stored.digest, { ...person, lastSignInAt: undefined, disabledAt: undefined }, now);
    return person.id;
  }

  function browser(initial = ''): Browser {
    let cookie = initial;
    return {
      get cookie() {
        return cookie;
      },
      call: async (method, path, body, headers = {}) => {
        const all = {
          authorization: '',
          ...(cookie !== '' && { cookie }),
          ...(method !== 'GET' && { [consoleRequestHeader]: '1' }),
          ...headers,
        };
        const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
        const answer = await server.call(method, path, body, Object.fromEntries(sent));
        const [set] = answer.headers.getSetCookie();
        if (set !== undefined) cookie = set.split(';')[0] ?? '';
        return answer;
      },
    };
  }

  const accountIds = {
    viewer: await addAccount('viewer'),
    developer: await addAccount('developer'),
    owner: await addAccount('owner'),
    stranger: await addAccount('stranger'),
  };
  return {
    ...server,
    url,
    project: `/console/api/projects/${projectId}`,
    otherProjectId: other.id,
    accountIds,
    nobody: () => browser(),
    as: async (role) => {
      const token = randomBytes(32).toString('base64url');
      const now = clock.now();
      const signIn = { digest: digestOf(token), accountId: accountIds[role], createdAt: now, lastUsedAt: now };
      await storage.signIns.create(signIn, digestOf(role));
      return browser(`octavus_console=${token}`);
    },
    ownerToken: async () => {
      const { stored, token } = makeLink({ kind: 'owner' }, { id: ids.resource(), now: clock.now() });
      await storage.links.create(stored);
      return token;
    },
  };
}
