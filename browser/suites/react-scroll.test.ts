import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shareBrowser } from '../support/browser.ts';
import { bundlePage } from '../support/bundle-page.ts';
import { type ServedPage, servePage } from '../support/serve-page.ts';

const browser = shareBrowser();
let served: ServedPage;

beforeAll(async () => {
  served = await servePage(await bundlePage(join(import.meta.dirname, '../pages/scroll.tsx')));
});
afterAll(() => served?.[Symbol.asyncDispose]());

interface Window {
  add(): void;
  swap(): void;
  reset(): void;
}

async function openList(query = ''): Promise<Page> {
  const page = await browser.open(`${served.url}/${query}`);
  await expect.poll(() => toBottom(page)).toBe(0);
  return page;
}

const toBottom = (page: Page) =>
  page
    .locator('#container')
    .evaluate(({ scrollHeight, scrollTop, clientHeight }) => Math.round(scrollHeight - scrollTop - clientHeight));

/** Two frames: by then scroll events and observers have been heard. */
const frames = (page: Page) =>
  page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );

/** Adds a line and tells whether the list followed. */
async function follows(page: Page): Promise<boolean> {
  await frames(page);
  await page.evaluate(() => (window as unknown as Window).add());
  await frames(page);
  return (await toBottom(page)) === 0;
}

const scrollUp = (page: Page, pixels: number) =>
  page.locator('#container').evaluate((element, by) => element.scrollBy(0, -by), pixels);

/** What is inside grows by itself, as a picture does that has come. */
const grow = (page: Page) =>
  page.locator('#nested').evaluate((element) => {
    element.style.height = '340px';
  });

const wheel = (page: Page, target: string, deltaY: number) =>
  page
    .locator(target)
    .evaluate(
      (element, by) => void element.dispatchEvent(new WheelEvent('wheel', { deltaY: by, bubbles: true })),
      deltaY,
    );

/** A finger goes down at one height and moves to another. */
const drag = (page: Page, target: string, from: number, to: number) =>
  page.locator(target).evaluate(
    (element, ys) => {
      for (const [index, clientY] of ys.entries()) {
        const touches = [new Touch({ identifier: 1, target: element, clientY })];
        element.dispatchEvent(new TouchEvent(index === 0 ? 'touchstart' : 'touchmove', { touches, bubbles: true }));
      }
    },
    [from, to],
  );

describe('useAutoScroll', () => {
  test('follows lines as they come, from the beginning', async () => {
    const page = await openList();
    expect(await follows(page)).toBe(true);
    expect(await follows(page)).toBe(true);
  });

  test('leaves a reader alone who scrolled up, and follows again at the end', async () => {
    const page = await openList();
    await scrollUp(page, 200);
    expect(await follows(page)).toBe(false);
    await page.locator('#container').evaluate((element) => element.scrollTo(0, element.scrollHeight));
    expect(await follows(page)).toBe(true);
  });

  test('takes a few pixels for the end', async () => {
    const page = await openList();
    await scrollUp(page, 19);
    expect(await follows(page)).toBe(true);
    await scrollUp(page, 21);
    expect(await follows(page)).toBe(false);
  });

  test('follows content that grows, and a container that shrinks, by itself', async () => {
    const page = await openList();
    await grow(page);
    await expect.poll(() => toBottom(page)).toBe(0);
    await page.locator('#container').evaluate((element: HTMLElement) => {
      element.style.height = '60px';
    });
    await expect.poll(() => toBottom(page)).toBe(0);
    expect(await follows(page)).toBe(true);
  });

  test('does not move a reader when something grows', async () => {
    const page = await openList();
    await scrollUp(page, 200);
    await frames(page);
    const before = await page.locator('#container').evaluate(({ scrollTop }) => scrollTop);
    await grow(page);
    await frames(page);
    expect(await page.locator('#container').evaluate(({ scrollTop }) => scrollTop)).toBe(before);
  });

  test('another element in its place is followed too', async () => {
    const page = await openList();
    await page.evaluate(() => (window as unknown as Window).swap());
    await grow(page);
    await expect.poll(() => toBottom(page)).toBe(0);
    expect(await follows(page)).toBe(true);
  });

  test('a wheel that turns up over the content ends it, one that turns down does not', async () => {
    const page = await openList();
    await wheel(page, '#content p:first-child', 10);
    expect(await follows(page)).toBe(true);
    await wheel(page, '#content p:first-child', -10);
    expect(await follows(page)).toBe(false);
  });

  test('a wheel over something that scrolls itself does not, until that is at its top', async () => {
    const page = await openList();
    await page.locator('#nested').evaluate((element) => element.scrollTo(0, 50));
    await wheel(page, '#nested div', -10);
    expect(await follows(page)).toBe(true);
    await page.locator('#nested').evaluate((element) => element.scrollTo(0, 0));
    await wheel(page, '#nested div', -10);
    expect(await follows(page)).toBe(false);
  });

  test('a wheel over what a portal shows elsewhere does not', async () => {
    const page = await openList();
    await wheel(page, '#portal', -10);
    expect(await follows(page)).toBe(true);
  });

  test('a finger that pulls the content down ends it, one that pushes it up does not', async () => {
    const page = await openList();
    await drag(page, '#content p:last-of-type', 50, 20);
    expect(await follows(page)).toBe(true);
    await drag(page, '#content p:last-of-type', 20, 50);
    expect(await follows(page)).toBe(false);
  });

  test('follows again once that is asked for', async () => {
    const page = await openList();
    await scrollUp(page, 200);
    await frames(page);
    await page.evaluate(() => (window as unknown as Window).reset());
    expect(await follows(page)).toBe(true);
  });

  test('works without a ResizeObserver', async () => {
    const page = await openList('?noResizeObserver');
    expect(await follows(page)).toBe(true);
  });
});
