import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBakery } from '../../examples/bakery/create-bakery.ts';
import { addressOf } from '../support/address-of.ts';
import { shareBrowser } from '../support/browser.ts';
import { shareOctavus } from '../support/octavus.ts';

const octavus = shareOctavus();
const browser = shareBrowser();
const folder = join(import.meta.dirname, '../../examples/next-chat');
const next = join(folder, 'node_modules/next/dist/bin/next');
const opened = new AsyncDisposableStack();
let url: string;

// It uses the packages as they are built: `npm run build` comes first.
beforeAll(async () => {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' as const };
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--include=dev'], { cwd: folder, env });
  await promisify(execFile)(process.execPath, [next, 'build'], { cwd: folder, env });
  const agentId = await createBakery({ baseUrl: octavus.url, apiKey: octavus.apiKey });
  const server = spawn(process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: folder,
    env: { ...env, OCTAVUS_URL: octavus.url, OCTAVUS_API_KEY: octavus.apiKey, OCTAVUS_AGENT_ID: agentId },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  opened.defer(async () => {
    server.kill();
    await once(server, 'exit');
  });
  url = await addressOf(server.stdout);
}, 400_000);
afterAll(() => opened.disposeAsync());

test('next-chat: rendered on the server, alive in the browser', async () => {
  const page = await browser.open(url);
  // The model, which repeats what is said, goes on for four seconds before it comes to the last words.
  await page.getByLabel('Message').fill(`${'o '.repeat(130)}Two rolls, please`);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('li.user', { hasText: 'Two rolls, please' }).waitFor();
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await page.locator('li.assistant', { hasText: 'Two rolls, please”' }).waitFor();
  await page.getByRole('button', { name: 'Again' }).click();
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await page.getByRole('button', { name: 'Again' }).waitFor();
  await expect.poll(() => page.locator('li').count()).toBe(2);
});
