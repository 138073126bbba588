import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { addressOf } from '../support/address-of.ts';
import { shareBrowser } from '../support/browser.ts';
import { shareOctavus } from '../support/octavus.ts';

const octavus = shareOctavus();
const browser = shareBrowser();
const root = join(import.meta.dirname, '../..');

const argumentsOf = (path: string) => ['--conditions=octavus-source', join(root, 'examples', path)];
const environment = () => ({ ...process.env, OCTAVUS_URL: octavus.url, OCTAVUS_API_KEY: octavus.apiKey });

test('socket-chat has its conversation and is content with it', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, argumentsOf('socket-chat/main.ts'), {
    env: environment(),
  });
  expect(stdout).toContain('assistant: ');
});

test('browser-page: a page that talks to Octavus directly', async () => {
  const server = spawn(process.execPath, argumentsOf('browser-page/server.ts'), {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await addressOf(server.stdout);
    const page = await browser.open(url);
    // The model, which repeats what is said, goes on for four seconds before it comes to the last words.
    await page.getByLabel('Message').fill(`${'o '.repeat(130)}Two rolls, please`);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('li.user', { hasText: 'Two rolls, please' }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await page.locator('li.assistant', { hasText: 'Two rolls, please”' }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' });
    await expect.poll(() => page.getByRole('alert').textContent()).toBe('');
  } finally {
    server.kill();
    await once(server, 'exit');
  }
});
