import { expect, test } from 'vitest';
import { serveSessions } from '../../../test/serve-sessions.ts';

const settings = { slug: 'fern', name: 'Fern', format: 'interactive' };
const prompts = [{ name: 'system', content: 'Be kind.' }];
const sound = { settings, prompts, protocol: 'agent:\n  model: offline/default\n  system: system\n' };
const wrong = { ...sound, protocol: 'agent:\n  model: offline/default\n  system: sytem\n  sped: fast\n' };

const issues = [
  {
    code: 'PROTO_PROMPT_UNDEFINED',
    path: 'agent.system',
    line: 3,
    column: 11,
    message: 'Prompt "sytem" does not exist. Did you mean "system"?',
  },
  {
    code: 'PROTO_UNKNOWN_KEY',
    path: 'agent.sped',
    line: 4,
    column: 3,
    message: 'Unknown key "sped". Did you mean "speed"?',
  },
];

test('what is wrong with an agent is said by code, line and column when it is validated, created and updated', async () => {
  await using server = await serveSessions({ databaseUrl: 'file::memory:' });

  const validated = await server.call('POST', '/api/agents/validate', wrong);
  expect(validated.status).toBe(200);
  expect(validated.body).toMatchObject({
    valid: false,
    errors: issues.map((issue) => ({ ...issue, severity: 'error' })),
  });

  const created = await server.call('POST', '/api/agents', wrong);
  expect(created.status).toBe(400);
  expect(created.body.error).toMatchObject({ code: 'VALIDATION_ERROR', issues });

  const { body } = await server.call('POST', '/api/agents', sound);
  const updated = await server.call('PATCH', `/api/agents/${body.agentId}`, { protocol: wrong.protocol });
  expect(updated.status).toBe(400);
  expect(updated.body.error).toMatchObject({ code: 'VALIDATION_ERROR', issues });
});

test('warnings do not keep an agent from being created, and have their place', async () => {
  await using server = await serveSessions({ databaseUrl: 'file::memory:' });
  const warned = { ...sound, protocol: `${sound.protocol}tools:\n  findParcel: { description: Finds. }\n` };
  const { status, body } = await server.call('POST', '/api/agents', warned);
  expect(status).toBe(201);
  expect(body.warnings).toContainEqual(
    expect.objectContaining({ code: 'PROTO_NAME_STYLE', path: 'tools.findParcel', line: 5, column: 3 }),
  );
});
