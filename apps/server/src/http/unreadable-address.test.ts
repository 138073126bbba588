import { expect, test } from 'vitest';
import { serve } from '../../test/serve.ts';

test('an address that cannot be decoded is refused with the headers of every other answer', async () => {
  await using server = await serve();
  const response = await server.fetch('/api/agents/%zz', { headers: { 'X-Request-Id': 'abc-1' } });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'VALIDATION_ERROR' } });
  expect(response.headers.get('x-request-id')).toBe('abc-1');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
});
