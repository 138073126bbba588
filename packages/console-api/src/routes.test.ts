import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { includesRole, roles } from './route.ts';
import { consoleRoutes, type RouteName, routeOf } from './routes.ts';

const names = Object.keys(consoleRoutes) as RouteName[];

describe('the routes of the console', () => {
  test.each(names)('%s needs a role exactly when its path names a project', (name) => {
    const { access } = routeOf(name);
    const isInProject = name.includes('/projects/:projectId');
    expect(roles.some((role) => role === access)).toBe(isInProject);
  });

  test.each(names)('%s changes nothing without a method that says so, and viewers change nothing', (name) => {
    const { access, body } = routeOf(name);
    if (name.startsWith('GET ')) expect(body).toBeUndefined();
    else expect(access).not.toBe('viewer');
  });

  test.each(names)('%s has an answer that can be published', (name) => {
    const { response } = routeOf(name);
    if (response !== 'events') expect(z.toJSONSchema(response, { unrepresentable: 'any' })).toHaveProperty('$schema');
    else expect(name).toMatch(/\/(trigger|execute)$/);
  });
});

test('a role includes itself and those before it', () => {
  const pairs = roles.flatMap((role) =>
    roles.filter((needed) => includesRole(role, needed)).map((needed) => [role, needed]),
  );
  expect(pairs).toEqual([
    ['viewer', 'viewer'],
    ['developer', 'viewer'],
    ['developer', 'developer'],
    ['owner', 'viewer'],
    ['owner', 'developer'],
    ['owner', 'owner'],
  ]);
});

describe('what is sent', () => {
  const read = (name: RouteName, body: unknown) => routeOf(name).body?.safeParse(body);

  test('an address is the same in any case, and blanks around it do not count', () => {
    const parsed = read('POST /console/api/sign-in', { email: ' Ada@Example.com ', password: 'x' });
    expect(parsed?.data).toEqual({ email: 'ada@example.com', password: 'x' });
  });

  test.each([
    ['email', { email: 'ada' }],
    ['name', { name: '  ' }],
    ['password', { password: 'too short' }],
    ['password', { password: 'x'.repeat(257) }],
  ])('a wrong %s of a new account is named', (field, wrong) => {
    const body = { token: 't', email: 'ada@example.com', name: 'Ada', password: 'long enough for all', ...wrong };
    expect(read('POST /console/api/links/accept', body)?.error?.issues.map(({ path }) => path.join('.'))).toEqual([
      field,
    ]);
  });

  test('a key needs a permission', () => {
    const parsed = read('POST /console/api/projects/:projectId/keys', { name: 'ci', permissions: [] });
    expect(parsed?.error?.issues[0]?.message).toBe('Expected at least one permission');
  });
});
