import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';

const executablePath = process.env.OCTAVUS_CHROMIUM ?? '/usr/bin/chromium';

export interface SharedBrowser {
  /**
   * Opens a page in a context of its own. What the page complains about in its console fails the test that opened it.
   *
   * @param options.tolerates complaints that the test provokes.
   */
  open(url: string, options?: { tolerates?: RegExp }): Promise<Page>;
}

/** One Chromium for all tests of a file. */
export function shareBrowser(): SharedBrowser {
  let browser: Browser | undefined;
  const complaints: string[] = [];
  const pages: Page[] = [];

  beforeAll(async () => {
    // Containers give a browser neither a sandbox nor much shared memory.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(() => browser?.close());

  return {
    async open(url, { tolerates } = {}) {
      if (!browser) throw new Error('the browser is not open yet');
      const context = await browser.newContext();
      const page = await context.newPage();
      pages.push(page);
      page.setDefaultTimeout(15_000);
      const complain = (text: string) => {
        if (!tolerates?.test(text)) complaints.push(text);
      };
      page.on('pageerror', (error) => complain(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complain(message.text());
      });
      await page.goto(url);
      return page;
    },
  };
}
