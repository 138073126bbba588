import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBakery } from '../support/agent.ts';
import { shareBrowser } from '../support/browser.ts';
import { bundlePage } from '../support/bundle-page.ts';
import { type ChatApp, startChatApp } from '../support/chat-app.ts';
import { type ChatSockets, serveSockets } from '../support/chat-sockets.ts';
import { shareOctavus } from '../support/octavus.ts';

const octavus = shareOctavus();
const browser = shareBrowser();
let app: ChatApp;
let sockets: ChatSockets;

beforeAll(async () => {
  const agentId = await createBakery(octavus);
  app = await startChatApp(octavus, await bundlePage(join(import.meta.dirname, '../pages/socket.tsx')));
  sockets = serveSockets(app, agentId);
});
afterAll(() => app?.[Symbol.asyncDispose]());

test('one socket is open however often a component mounts, and none is left behind', async () => {
  const page = await browser.open(app.url);
  const connected = () => page.locator('#connection', { hasText: /^connected$/ }).waitFor();
  const openInPage = () => page.evaluate(() => (window as unknown as { openSockets(): number }).openSockets());
  const toggle = () => page.getByRole('button', { name: 'Toggle' }).click();
  await connected();
  expect(await openInPage()).toBe(1);
  await toggle();
  await expect.poll(() => sockets.open).toBe(0);
  expect(await openInPage()).toBe(0);
  await toggle();
  await connected();
  await expect.poll(() => sockets.open).toBe(1);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('li', { hasText: 'Hello' }).waitFor();
  await page.locator('#status', { hasText: 'idle' }).waitFor();
  expect(await page.locator('li').count()).toBe(1);
});
