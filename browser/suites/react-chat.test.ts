import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBakery } from '../support/agent.ts';
import { shareBrowser } from '../support/browser.ts';
import { bundlePage } from '../support/bundle-page.ts';
import { type ChatApp, startChatApp } from '../support/chat-app.ts';
import { shareOctavus } from '../support/octavus.ts';

const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const octavus = shareOctavus();
const browser = shareBrowser();
let app: ChatApp;
let agentId: string;

beforeAll(async () => {
  agentId = await createBakery(octavus);
  const script = await bundlePage(join(import.meta.dirname, '../pages/chat.tsx'));
  app = await startChatApp(octavus, script, { 'check-stock': async () => ({ left: 4 }) });
});
afterAll(() => app?.[Symbol.asyncDispose]());

async function openChat({ query = '', ...options }: { query?: string; tolerates?: RegExp } = {}) {
  const sessionId = await app.client.agentSessions.create(agentId);
  const page = await browser.open(`${app.url}/${query}#${sessionId}`, options);
  await page.locator('#status', { hasText: 'idle' }).waitFor();
  return { page, sessionId };
}

async function say(page: Page, text: string): Promise<void> {
  await page.locator('[name=text]').fill(text);
  await page.locator('[name=text]').press('Enter');
}

/** Words before the last ones: the model, which repeats what is said, goes on for four more seconds before it comes to those. */
const atLength = (text: string) => `${'o '.repeat(130)}${text}`;

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const status = (page: Page, text: string) => page.locator('#status', { hasText: text }).waitFor();
const answer = (page: Page) => page.locator('[data-role=assistant]').last();
const messages = (page: Page) =>
  page.locator('article').evaluateAll((all) => all.map(({ textContent }) => textContent));

describe('under Strict Mode', () => {
  test('an answer streams into the page', async () => {
    const { page } = await openChat();
    const before = app.chatRequests;
    await say(page, atLength('Good morning'));
    await page.locator('[data-role=user]', { hasText: 'Good morning' }).waitFor();
    await page.locator('[data-status=streaming]', { hasText: 'offline model' }).waitFor();
    await expect.poll(() => page.locator('#can-retry').textContent()).toBe('false');
    await status(page, 'idle');
    expect(await answer(page).getAttribute('data-status')).toBe('done');
    expect(await answer(page).textContent()).toContain('Good morning');
    await expect.poll(() => page.locator('article').count()).toBe(2);
    expect(app.chatRequests - before).toBe(1);
  });

  test('stop keeps what came, and the next message is answered', async () => {
    const { page } = await openChat();
    await say(page, atLength('Tell me everything'));
    await page.locator('[data-status=streaming]', { hasText: 'offline' }).waitFor();
    await press(page, 'Stop');
    await status(page, 'idle');
    const half = await answer(page).textContent();
    expect(half).not.toContain('everything');
    await say(page, 'And now');
    await page.locator('[data-role=assistant][data-status=done]', { hasText: 'And now' }).waitFor();
    expect((await messages(page))[1]).toBe(half);
  });

  test('retry takes the failed turn back and sends it again', async () => {
    const { page, sessionId } = await openChat({ tolerates: /status of 503/ });
    app.failNext(503);
    app.failNext(503);
    await say(page, atLength('One loaf'));
    await status(page, 'error');
    await expect.poll(() => page.locator('#error').textContent()).toBe('The kitchen is closed');
    await press(page, 'Retry');
    await status(page, 'error');
    await press(page, 'Retry');
    await page.locator('[data-role=assistant][data-status=done]', { hasText: 'One loaf' }).waitFor();
    await press(page, 'Retry');
    await page.locator('[data-status=streaming]').waitFor();
    await status(page, 'idle');
    await expect.poll(() => page.locator('article').count()).toBe(2);
    const kept = await app.client.agentSessions.getMessages(sessionId);
    expect('messages' in kept && kept.messages).toHaveLength(2);
  });

  test('tools of the application and of the page run in one answer', async () => {
    const { page } = await openChat();
    await say(page, 'Please measure window and check stock of rye bread');
    await page.locator('[data-status=done]', { hasText: 'measure-window returned' }).waitFor();
    expect(await answer(page).textContent()).toContain('[measure-window done]');
    expect(await answer(page).textContent()).toContain('check-stock returned');
    await expect.poll(() => page.locator('article').count()).toBe(2);
  });

  test('a tool that asks a person waits for the answer', async () => {
    const { page } = await openChat();
    await say(page, 'Please choose time for the pickup');
    await status(page, 'awaiting-input');
    expect(await answer(page).textContent()).toContain('[choose-time running]');
    await press(page, 'choose-time');
    await page.locator('[data-status=done]', { hasText: 'time: noon' }).waitFor();
    await status(page, 'idle');
    expect(await answer(page).textContent()).toContain('[choose-time done]');
  });

  test('a file is uploaded with its progress and shown', async () => {
    const { page } = await openChat();
    const connection = await page.context().newCDPSession(page);
    const slowly = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 3_000_000 };
    await connection.send('Network.enable');
    await connection.send('Network.emulateNetworkConditions', slowly);
    // A picture of one pixel, and bytes after its end, which nobody reads.
    const buffer = Buffer.concat([Buffer.from(onePixel, 'base64'), Buffer.alloc(3_000_000)]);
    await page.locator('[type=file]').setInputFiles({ name: 'loaf.png', mimeType: 'image/png', buffer });
    await page.locator('[data-status=done]', { hasText: 'You attached a file' }).waitFor();
    await expect.poll(() => page.locator('[data-role=user]').textContent()).toContain('[file loaf.png]');
    const progress = (await page.locator('#progress').textContent())?.split(' ').map(Number) ?? [];
    expect(progress.at(-1)).toBe(100);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress).toEqual(progress.toSorted((one, other) => one - other));
  });

  test('structured output is an object', async () => {
    const { page } = await openChat();
    await press(page, 'Quote');
    await page.locator('#quote', { hasText: '{"price":25}' }).waitFor();
  });

  test('a component that goes away leaves the turn running on the server, and a new one starts empty', async () => {
    const { page, sessionId } = await openChat();
    await say(page, atLength('Good evening'));
    await page.locator('[data-status=streaming]', { hasText: 'offline' }).waitFor();
    const left = app.leftStreams;
    await press(page, 'Toggle');
    expect(await page.locator('main').count()).toBe(0);
    await expect
      .poll(async () => JSON.stringify(await app.client.agentSessions.getMessages(sessionId)))
      .toContain('Good evening”');
    expect(app.leftStreams).toBe(left);
    await press(page, 'Toggle');
    await status(page, 'idle');
    expect(await page.locator('article').count()).toBe(0);
    await say(page, 'Still here');
    await page.locator('[data-status=done]', { hasText: 'Still here' }).waitFor();
  });

  test('with stopOnUnmount it stops the turn', async () => {
    const { page } = await openChat({ query: '?stopOnUnmount' });
    await say(page, atLength('Good night'));
    await page.locator('[data-status=streaming]', { hasText: 'offline' }).waitFor();
    const left = app.leftStreams;
    await press(page, 'Toggle');
    await expect.poll(() => app.leftStreams).toBe(left + 1);
  });

  test('another transport is another chat, and the turn of the old one is stopped', async () => {
    const { page } = await openChat();
    await say(page, atLength('Good night'));
    await page.locator('[data-status=streaming]', { hasText: 'offline' }).waitFor();
    const left = app.leftStreams;
    await press(page, 'New transport');
    await status(page, 'idle');
    expect(await page.locator('article').count()).toBe(0);
    await expect.poll(() => app.leftStreams).toBe(left + 1);
    await say(page, 'Good day');
    await page.locator('[data-role=assistant][data-status=done]', { hasText: 'Good day' }).waitFor();
    await expect.poll(() => page.locator('article').count()).toBe(2);
  });

  test('the page follows the answer until the reader scrolls away', async () => {
    const { page } = await openChat();
    const list = page.locator('#messages');
    const toBottom = () => list.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
    for (const text of ['One', 'Two', 'Three', 'Four']) {
      await say(page, text);
      await page.locator('[data-role=assistant][data-status=done]', { hasText: `“${text}”` }).waitFor();
    }
    await expect.poll(toBottom).toBeLessThan(2);
    await list.hover();
    await page.mouse.wheel(0, -2000);
    await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBe(0);
    await say(page, 'Five');
    await page.locator('[data-role=assistant][data-status=done]', { hasText: '“Five”' }).waitFor();
    expect(await list.evaluate((element) => element.scrollTop)).toBe(0);
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await say(page, 'Six');
    await page.locator('[data-role=assistant][data-status=done]', { hasText: '“Six”' }).waitFor();
    await expect.poll(toBottom).toBeLessThan(2);
  });
});
