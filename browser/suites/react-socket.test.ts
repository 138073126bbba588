import { join } from 'node:path';
import type { Page } from 'playwright-core';
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

interface Held {
  readonly sockets: number;
  readonly chat: number;
  readonly connection: number;
}

const nothing: Held = { sockets: 0, chat: 0, connection: 0 };
const heldBy = (page: Page) => page.evaluate(() => (window as unknown as { held(): Held }).held());
const isConnected = (page: Page) => page.locator('#connection', { hasText: /^connected$/ }).waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name }).click();

test('one socket is open however often a component mounts, and none is left behind', async () => {
  const page = await browser.open(app.url);
  await isConnected(page);
  expect((await heldBy(page)).sockets).toBe(1);
  await press(page, 'Toggle');
  await expect.poll(() => sockets.open).toBe(0);
  expect(await heldBy(page)).toEqual(nothing);
  await press(page, 'Toggle');
  await isConnected(page);
  await expect.poll(() => sockets.open).toBe(1);
  await press(page, 'Send');
  await page.locator('li', { hasText: 'Hello' }).waitFor();
  await page.locator('#status', { hasText: 'idle' }).waitFor();
  await expect.poll(() => page.locator('li').count()).toBe(1);
});

test('a component that comes and goes in a hurry leaves nothing behind', async () => {
  const page = await browser.open(app.url);
  await isConnected(page);
  const mounted = await heldBy(page);
  // Some come before the socket is open, some after; the last one stays.
  await page.evaluate(async () => {
    const toggle = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Toggle');
    for (let round = 0; round < 60; round += 1) {
      toggle?.click();
      if (round % 4 === 3) await new Promise(requestAnimationFrame);
      else await Promise.resolve();
    }
  });
  await isConnected(page);
  await expect.poll(() => heldBy(page)).toEqual(mounted);
  await expect.poll(() => sockets.open).toBe(1);
  await press(page, 'Toggle');
  await expect.poll(() => heldBy(page)).toEqual(nothing);
  await expect.poll(() => sockets.open).toBe(0);
});

test('one that goes in mid-answer takes its socket and its listeners along', async () => {
  const page = await browser.open(app.url);
  await isConnected(page);
  await press(page, 'Send');
  await page.locator('li', { hasText: 'offline' }).waitFor();
  await press(page, 'Toggle');
  await expect.poll(() => heldBy(page)).toEqual(nothing);
  await expect.poll(() => sockets.open).toBe(0);
  await press(page, 'Toggle');
  await isConnected(page);
  expect(await page.locator('li').count()).toBe(0);
  await press(page, 'Send');
  await page.locator('#status', { hasText: 'streaming' }).waitFor();
  await page.locator('#status', { hasText: 'idle' }).waitFor();
  await expect.poll(() => page.locator('li').count()).toBe(1);
});
