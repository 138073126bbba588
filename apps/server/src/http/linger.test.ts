import { expect, test } from 'vitest';
import { post, serve } from '../../test/serve.ts';

test('a client that is still sending hears that its body is too large', async () => {
  await using server = await serve();
  const response = await server.fetch('/api/agents', post(JSON.stringify({ protocol: 'x'.repeat(17 * 1024 * 1024) })));
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ error: { code: 'PAYLOAD_TOO_LARGE' } });
});
