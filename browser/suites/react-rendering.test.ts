import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shareBrowser } from '../support/browser.ts';
import { bundlePage } from '../support/bundle-page.ts';
import { servePage } from '../support/serve-page.ts';

const browser = shareBrowser();

test('what a server rendered is taken over without a warning, and works', async () => {
  await using served = await servePage(await bundlePage(join(import.meta.dirname, '../pages/hydrate.tsx')));
  const page = await browser.open(served.url);
  await page.locator('article', { hasText: 'Rendered before' }).waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.locator('article').waitFor({ state: 'detached' });
  await expect.poll(() => page.locator('#status').textContent()).toBe('idle');
});

test('another transport in every render is an error that says what is right', async () => {
  await using served = await servePage(await bundlePage(join(import.meta.dirname, '../pages/new-transports.tsx')));
  const page = await browser.open(served.url, { tolerates: /another transport in every render/ });
  await page.getByRole('alert').filter({ hasText: 'keep it in useMemo' }).waitFor();
});
