import { createIds, OctavusError } from '@octavus/core';
import { expect, test } from 'vitest';
import { createRegistration, type Registration } from './registration.ts';

const good: Registration = { issuer: 'https://id.example/tenant', algorithms: ['RS256'], agent: { id: 'c1' } };
const context = {
  projectId: 'cp1',
  ids: createIds(
    (n) => new Uint8Array(n).map((_, i) => i),
    () => 0,
  ),
  now: () => 5,
};
const register = (fields: object) => createRegistration({ ...good, ...fields } as Registration, context);

test('[http.federation.registration] a registration gets an audience of its own and the documented defaults', () => {
  const made = register({});
  expect(made).toMatchObject({ maxLifetimeSeconds: 3600, conditions: [], isEnabled: true, issuer: good.issuer });
  expect(made.audience).toMatch(/^octavus:[\w-]{24}$/);
  expect(register({}).audience).not.toBe(made.audience);
});

test.each([
  ['issuer', { issuer: 'http://id.example' }],
  ['issuer', { issuer: 'id.example' }],
  ['issuer', { issuer: 'https://id.example?x=1' }],
  ['issuer', { issuer: 'https://user:secret@id.example' }],
  ['jwksUrl', { jwksUrl: 'http://id.example/keys' }],
  ['algorithms', { algorithms: [] }],
  ['algorithms.0', { algorithms: ['HS256'] }],
  ['algorithms.0', { algorithms: ['none'] }],
  ['agent', { agent: {} }],
  ['conditions.0.match', { conditions: [{ claim: 'sub', match: 'contains', value: 'x' }] }],
  ['maxLifetimeSeconds', { maxLifetimeSeconds: 86_401 }],
  ['maxLifetimeSeconds', { maxLifetimeSeconds: 0 }],
])('[http.federation.registration] an unusable %s is refused by its name: %j', (path, fields) => {
  try {
    register(fields);
    expect.unreachable();
  } catch (error) {
    if (!OctavusError.isInstance(error)) throw error;
    expect([error.code, error.issues?.[0]?.path]).toEqual(['VALIDATION_ERROR', path]);
  }
});
