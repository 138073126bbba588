import { expect, test } from 'vitest';
import { createKeySets } from './key-sets.ts';

const provider = { id: 'c1', issuer: 'https://issuer.example/', jwksUrl: undefined };

test('[http.federation.guard] a fetch stops after 256 KiB and 5 s', async () => {
  const asked: [url: string, maxBytes: number][] = [];
  const keySets = createKeySets({
    now: () => 0,
    download: async (url, { maxBytes, signal }) => {
      asked.push([url, maxBytes]);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { problem: 'its address did not answer.' };
    },
  });
  const startedAt = performance.now();
  await expect(keySets.get(provider, 'key-1')).rejects.toThrow('could not be fetched');
  expect(Math.round((performance.now() - startedAt) / 1000)).toBeGreaterThanOrEqual(5);
  expect(asked).toEqual([['https://issuer.example/.well-known/openid-configuration', 256 * 1024]]);
});
