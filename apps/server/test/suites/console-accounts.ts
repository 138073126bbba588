import { expect, test } from 'vitest';
import type { Browser, ConsoleServer, WithServer } from '../serve-console.ts';

const password = 'greenhouse at night';
const minuteMs = 60_000;

async function invite(owner: Browser, server: ConsoleServer, role: string): Promise<string> {
  const { status, body } = await owner.call('POST', `${server.project}/invites`, { role });
  expect(status).toBe(200);
  return body.link.split('#')[1];
}

/** A new member with a password. */
async function join(server: ConsoleServer, email: string, role = 'developer'): Promise<Browser> {
  const token = await invite(await server.as('owner'), server, role);
  const browser = server.nobody();
  const accepted = await browser.call('POST', '/console/api/links/accept', { token, email, name: 'Ada', password });
  expect(accepted.status).toBe(200);
  return browser;
}

export function describeSigningIn(withServer: WithServer): void {
  test('an invitation makes an account, once, and its cookie is out of reach of scripts and other sites', () =>
    withServer(async (server) => {
      const token = await invite(await server.as('owner'), server, 'developer');
      const browser = server.nobody();
      const shown = await browser.call('POST', '/console/api/links/inspect', { token });
      expect(shown.body).toMatchObject({ kind: 'invite', projectName: 'Default', role: 'developer' });
      const person = { token, email: 'Ada@Example.com', name: 'Ada', password };
      const accepted = await browser.call('POST', '/console/api/links/accept', person);
      expect(accepted.body).toMatchObject({
        account: { email: 'ada@example.com', name: 'Ada' },
        projects: [{ id: server.projectId, slug: 'default', role: 'developer' }],
      });
      const [cookie = ''] = accepted.headers.getSetCookie();
      expect(cookie).toMatch(
        /^octavus_console=[\w-]{43}; Max-Age=2592000; Path=\/console\/api; HttpOnly; SameSite=Strict$/,
      );
      expect((await browser.call('GET', '/console/api/me')).body).toEqual(accepted.body);
      const again = await server
        .nobody()
        .call('POST', '/console/api/links/accept', { ...person, email: 'b@example.com' });
      expect(again.status).toBe(404);
      expect(again.body.error.message).toBe('This link was used or has expired: ask for a new one');
    }));

  test('a link whose email is taken stays good for another one, and a link of another kind is not used up', () =>
    withServer(async (server) => {
      await join(server, 'ada@example.com');
      const token = await invite(await server.as('owner'), server, 'viewer');
      const accept = (email: string) =>
        server.nobody().call('POST', '/console/api/links/accept', { token, email, name: 'Ada', password });
      expect((await server.nobody().call('POST', '/console/api/links/reset', { token, password })).status).toBe(404);
      expect((await accept('ada@example.com')).status).toBe(409);
      expect((await accept('grace@example.com')).status).toBe(200);
    }));

  test('the link to the first account is worth nothing when there are accounts', () =>
    withServer(async (server) => {
      const person = { email: 'eve@example.com', name: 'Eve', password };
      const token = await server.ownerToken();
      const answer = await server.nobody().call('POST', '/console/api/links/accept', { token, ...person });
      expect(answer.status).toBe(404);
    }));

  test('a wrong address and a wrong password are told the same, the right one signs in, signing out ends it', () =>
    withServer(async (server) => {
      await join(server, 'ada@example.com');
      const browser = server.nobody();
      const signIn = (email: string, password: string) =>
        browser.call('POST', '/console/api/sign-in', { email, password });
      const wrong = await signIn('ada@example.com', 'not it');
      const unknown = await signIn('nobody@example.com', password);
      expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body]);
      expect(wrong.body).toEqual({ error: { code: 'UNAUTHORIZED', message: 'Wrong email or password' } });
      expect(wrong.headers.get('www-authenticate')).toBeNull();
      expect((await signIn('ADA@example.com', password)).status).toBe(200);
      const { cookie } = browser;
      expect((await browser.call('POST', '/console/api/sign-out')).status).toBe(200);
      expect((await server.nobody().call('GET', '/console/api/me', undefined, { cookie })).status).toBe(401);
    }));

  test('ten wrong passwords lock an address for a quarter of an hour, also for the right one', () =>
    withServer(async (server) => {
      await join(server, 'ada@example.com');
      const signIn = (attempt: string) =>
        server.nobody().call('POST', '/console/api/sign-in', { email: 'ada@example.com', password: attempt });
      const wrong = await Promise.all(Array.from({ length: 10 }, (_, index) => signIn(`wrong ${index}`)));
      expect(wrong.map(({ status }) => status)).toEqual(Array(10).fill(401));
      const locked = await signIn(password);
      expect([locked.status, locked.headers.get('retry-after')]).toEqual([429, '900']);
      server.advance(15 * minuteMs);
      expect((await signIn(password)).status).toBe(200);
      expect((await signIn('wrong again')).status).toBe(401);
    }));

  test('signing out everywhere, a new password and a reset end the other sign-ins', () =>
    withServer(async (server) => {
      const first = await join(server, 'ada@example.com');
      const signIn = async (secret = password) => {
        const browser = server.nobody();
        await browser.call('POST', '/console/api/sign-in', { email: 'ada@example.com', password: secret });
        return browser;
      };
      const isIn = async (browser: Browser) => (await browser.call('GET', '/console/api/me')).status === 200;
      const second = await signIn();
      await second.call('POST', '/console/api/sign-out-everywhere');
      expect([await isIn(first), await isIn(second)]).toEqual([false, false]);

      const [third, fourth] = [await signIn(), await signIn()];
      const change = { password, newPassword: 'another long one' };
      const refused = await third.call('POST', '/console/api/me/password', { ...change, password: 'wrong' });
      expect(refused.status).toBe(403);
      expect((await third.call('POST', '/console/api/me/password', change)).status).toBe(200);
      expect([await isIn(third), await isIn(fourth)]).toEqual([true, false]);
      expect(await isIn(await signIn('another long one'))).toBe(true);
    }));

  test('a sign-in ends after a week without use and after thirty days in any case; a disabled account is out at once', () =>
    withServer(async (server) => {
      const browser = await join(server, 'ada@example.com');
      const isIn = async () => (await browser.call('GET', '/console/api/me')).status === 200;
      const dayMs = 24 * 60 * minuteMs;
      for (let days = 0; days < 24; days += 6) {
        server.advance(6 * dayMs);
        expect(await isIn()).toBe(true);
      }
      server.advance(6 * dayMs);
      expect(await isIn()).toBe(false);

      const again = server.nobody();
      const secret = { email: 'ada@example.com', password };
      expect((await again.call('POST', '/console/api/sign-in', secret)).status).toBe(200);
      const { id } = (await server.services.storage.accounts.findByEmail('ada@example.com'))!;
      await server.services.storage.accounts.setDisabled(id, 1);
      expect((await again.call('GET', '/console/api/me')).status).toBe(401);
      expect((await again.call('POST', '/console/api/sign-in', secret)).status).toBe(401);
    }));

  test('cookies open nothing of the public API, API keys nothing of the console', () =>
    withServer(async (server) => {
      const owner = await server.as('owner');
      expect((await owner.call('GET', '/api/agents')).status).toBe(401);
      expect((await server.call('GET', '/console/api/me')).status).toBe(401);
    }));
}

export function describeMembers(withServer: WithServer): void {
  test('a member joins another project by link and keeps a greater role', () =>
    withServer(async (server) => {
      const owner = await server.as('owner');
      const stranger = await server.as('stranger');
      const token = await invite(owner, server, 'developer');
      const joined = await stranger.call('POST', '/console/api/links/join', { token });
      expect(joined.body.projects).toContainEqual(expect.objectContaining({ id: server.projectId, role: 'developer' }));
      const lesser = await invite(owner, server, 'viewer');
      await stranger.call('POST', '/console/api/links/join', { token: lesser });
      expect((await stranger.call('GET', server.project)).body.role).toBe('developer');
    }));

  test('roles are changed and members removed, but one owner stays', () =>
    withServer(async (server) => {
      const owner = await server.as('owner');
      const member = (role: 'owner' | 'viewer') => `${server.project}/members/${server.accountIds[role]}`;
      expect((await owner.call('PATCH', member('owner'), { role: 'viewer' })).status).toBe(400);
      expect((await owner.call('DELETE', member('owner'))).body.error.message).toContain('keeps one owner');
      expect((await owner.call('PATCH', member('viewer'), { role: 'owner' })).body).toMatchObject({ role: 'owner' });
      expect((await owner.call('DELETE', member('owner'))).status).toBe(200);
      expect((await owner.call('GET', server.project)).status).toBe(404);
      const { members } = (await (await server.as('viewer')).call('GET', `${server.project}/members`)).body;
      expect(members.map(({ email, role }: Record<string, string>) => [email, role])).toEqual([
        ['developer@example.com', 'developer'],
        ['viewer@example.com', 'owner'],
      ]);
    }));

  test('owners see open invitations and withdraw them', () =>
    withServer(async (server) => {
      const owner = await server.as('owner');
      const token = await invite(owner, server, 'viewer');
      const [open] = (await owner.call('GET', `${server.project}/members`)).body.invites;
      expect(open).toMatchObject({ role: 'viewer', createdBy: 'owner' });
      expect(JSON.stringify(open)).not.toContain(token);
      expect((await (await server.as('viewer')).call('GET', `${server.project}/members`)).body.invites).toEqual([]);
      expect((await owner.call('DELETE', `${server.project}/invites/${open.id}`)).status).toBe(200);
      expect((await server.nobody().call('POST', '/console/api/links/inspect', { token })).status).toBe(404);
    }));
}
