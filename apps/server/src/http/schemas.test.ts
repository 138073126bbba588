import { expect, test } from 'vitest';
import { serve } from '../../test/serve.ts';

test.each(['protocol', 'settings'])('editors get the JSON Schema of %s files without a key', async (name) => {
  await using server = await serve();
  const response = await fetch(`${server.url}/schemas/${name}.json`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('json');
  expect(await response.json()).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' });
});
