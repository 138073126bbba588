import type { Page } from 'playwright-core';
import type { OpenConsole } from './open-console.ts';

/** A browser of somebody else: without the sign-in of the first one. */
export async function openSecondPage({ page }: Pick<OpenConsole, 'page'>): Promise<Page> {
  const context = await page
    .context()
    .browser()
    ?.newContext({ viewport: { width: 1280, height: 800 } });
  if (!context) throw new Error('the browser has ended');
  return context.newPage();
}
