import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { serve } from '../../test/serve.ts';

async function getDocument() {
  await using server = await serve();
  const response = await fetch(`${server.url}/openapi.json`);
  expect(response.status).toBe(200);
  return (await response.json()) as {
    openapi: string;
    paths: Record<
      string,
      Record<
        string,
        { tags: string[]; security?: object[]; responses: Record<string, { description: string; content: object }> }
      >
    >;
    components: { schemas: Record<string, unknown>; securitySchemes: object };
  };
}

test('the document is valid OpenAPI 3.1', async () => {
  const document = await getDocument();
  expect(document.openapi).toMatch(/^3\.1\./);
  const result = await new Validator().validate(document);
  expect(result.errors).toBeUndefined();
  expect(result.valid).toBe(true);
});

test('pin: the document describes these operations', async () => {
  const { paths } = await getDocument();
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(operations.sort()).toEqual([
    'delete /api/agent-sessions/{id}',
    'delete /api/agents/{id}',
    'get /api/agent-sessions',
    'get /api/agent-sessions/{id}',
    'get /api/agent-sessions/{id}/logs',
    'get /api/agents',
    'get /api/agents/{id}',
    'get /api/files/{fileId}',
    'get /api/models',
    'get /api/skills',
    'get /api/skills/{id}/archive',
    'get /api/v1/workforce/agents/{agentId}/threads/{threadId}',
    'head /api/files/{fileId}',
    'patch /api/agents/{id}',
    'post /api/agent-sessions',
    'post /api/agent-sessions/start',
    'post /api/agent-sessions/{id}/abort',
    'post /api/agent-sessions/{id}/restore',
    'post /api/agent-sessions/{id}/trigger',
    'post /api/agents',
    'post /api/agents/validate',
    'post /api/agents/{id}/execute',
    'post /api/files/upload-urls',
    'post /api/skills',
    'post /api/tokens',
    'post /api/tokens/revoke',
    'post /api/v1/workforce/agents/{agentId}/threads',
    'post /api/v1/workforce/agents/{agentId}/threads/{threadId}/messages',
    'put /api/files/{fileId}',
    'put /api/skills/{id}/secrets',
  ]);
});

test('every operation has a tag, a success and the errors that any request may get', async () => {
  const { paths, components } = await getDocument();
  expect(components.securitySchemes).toHaveProperty('apiKey');
  for (const [path, methods] of Object.entries(paths)) {
    for (const { tags, security, responses } of Object.values(methods)) {
      expect(tags, path).toHaveLength(1);
      const statuses = Object.keys(responses);
      expect(
        statuses.some((status) => status.startsWith('2')),
        path,
      ).toBe(true);
      expect(statuses, path).toEqual(expect.arrayContaining(['403', '500']));
      expect(statuses.includes('401'), path).toBe(security?.length !== 0);
      if (security?.length === 0) continue;
      expect(responses['401'], path).toMatchObject({
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      });
    }
  }
});

test('operations that tokens may call say so', async () => {
  const { paths } = await getDocument();
  expect(paths['/api/agent-sessions']?.post?.security).toEqual([{ apiKey: [] }, { token: [] }]);
  expect(paths['/api/tokens']?.post?.security).toBeUndefined();
});

test('the trigger documents its events', async () => {
  const { paths, components } = await getDocument();
  const success = paths['/api/agent-sessions/{id}/trigger']?.post?.responses['200'];
  expect(success?.content).toEqual({ 'text/event-stream': { schema: { $ref: '#/components/schemas/StreamEvent' } } });
  expect(components.schemas).toHaveProperty('StreamEvent');
});
