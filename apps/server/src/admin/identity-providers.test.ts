import { expect, test } from 'vitest';
import { openAdmin } from '../../test/open-admin.ts';

const issuer = 'https://token.actions.example';

test('[http.federation.registration] an identity provider is registered, listed, disabled, enabled and removed', async () => {
  await using admin = await openAdmin();
  const created = await admin.json(
    ...[
      'identity-providers',
      'create',
      '--issuer',
      issuer,
      '--algorithms',
      'RS256, ES256',
      '--agent-claim',
      'app.agent',
    ],
    ...['--session-claim', 'session', '--condition', 'repository=larkspur/shop', '--condition', 'ref^=refs/tags/'],
    ...['--max-lifetime', '900', '--jwks-url', `${issuer}/keys`],
  );
  expect(created).toMatchObject({
    issuer,
    jwksUrl: `${issuer}/keys`,
    algorithms: ['RS256', 'ES256'],
    audience: expect.stringMatching(/^octavus:[\w-]{24}$/),
    agent: { claim: 'app.agent' },
    sessionClaim: 'session',
    conditions: [
      { claim: 'repository', match: 'equals', value: 'larkspur/shop' },
      { claim: 'ref', match: 'startsWith', value: 'refs/tags/' },
    ],
    maxLifetimeSeconds: 900,
    enabled: true,
  });
  const { id } = created;
  expect(await admin.json('identity-providers', 'disable', id)).toEqual({ id, enabled: false });
  expect(await admin.json('identity-providers', 'list')).toEqual({
    identityProviders: [{ ...created, enabled: false }],
  });
  expect((await admin.run('identity-providers', 'list')).out).toContain('disabled');
  expect(await admin.json('identity-providers', 'enable', id)).toEqual({ id, enabled: true });
  expect(await admin.json('identity-providers', 'remove', id)).toEqual({ id, removed: true });
  expect((await admin.run('identity-providers', 'list')).out).toBe('No identity providers.\n');
  expect((await admin.run('identity-providers', 'enable', id)).error).toContain(
    `no identity provider with the id "${id}"`,
  );
});

test.each([
  [['--algorithms', 'RS256', '--agent-claim', 'a'], '--issuer is missing'],
  [['--issuer', issuer, '--agent-claim', 'a'], '--algorithms is missing'],
  [['--issuer', issuer, '--algorithms', 'HS256', '--agent-claim', 'a'], '--algorithms contains "HS256"'],
  [['--issuer', issuer, '--algorithms', 'RS256'], 'Give either --agent or --agent-claim'],
  [['--issuer', issuer, '--algorithms', 'RS256', '--agent', 'desk'], 'There is no agent "desk"'],
  [['--issuer', issuer, '--algorithms', 'RS256', '--agent-claim', 'a', '--condition', 'x'], '--condition is "x"'],
  [
    ['--issuer', issuer, '--algorithms', 'RS256', '--agent-claim', 'a', '--max-lifetime', '1h'],
    '--max-lifetime is "1h"',
  ],
  [['--issuer', 'http://x.example', '--algorithms', 'RS256', '--agent-claim', 'a'], 'issuer: expected an https:// URL'],
])('[http.federation.registration] %j is refused with a sentence', async (args, sentence) => {
  await using admin = await openAdmin();
  const { status, error } = await admin.run('identity-providers', 'create', ...args);
  expect(status).toBe(1);
  expect(error).toContain(sentence);
});
