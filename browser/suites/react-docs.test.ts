import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { OctavusClient, type SessionRequest, toSSEStream } from '@octavus/server-sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBakery } from '../support/agent.ts';
import { shareBrowser } from '../support/browser.ts';
import { bundlePage } from '../support/bundle-page.ts';
import { shareOctavus } from '../support/octavus.ts';
import { bodyOf, type ServedPage, servePage } from '../support/serve-page.ts';

const root = join(import.meta.dirname, '../..');
/** Inside the repository, so that snippets find its packages. */
const folder = join(root, '.cache/browser-docs');
const octavus = shareOctavus();
const browser = shareBrowser();
let client: OctavusClient;
let agentId: string;

beforeAll(async () => {
  agentId = await createBakery(octavus);
  client = new OctavusClient({ baseUrl: octavus.url, apiKey: octavus.apiKey });
  await mkdir(folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a reader does with each component, and what then is to be seen. Every React snippet of the pages has a line here. */
const readers: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'packages/react/README.md Chat': async (page) => {
    await page.getByRole('button', { name: 'Say hello' }).click();
    await page.getByText('I am the offline model').waitFor();
    await page.locator('button:enabled').waitFor();
  },
  'docs/sdk-client.md Chat': async (page) => {
    await page.locator('[name=text]').fill('Good morning');
    await page.locator('[name=text]').press('Enter');
    await page.getByText('I am the offline model').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('p').count()).toBe(2);
  },
  'docs/sdk-client.md Quotes': async (page) => {
    await page.locator('output', { hasText: 'no quote yet' }).waitFor();
    await page.getByRole('button', { name: 'Ask for a quote' }).click();
    await page.locator('output', { hasText: '25 €' }).waitFor();
  },
};

const pages = ['docs/sdk-client.md', 'packages/react/README.md'];
const snippets = (await Promise.all(pages.map(snippetsOf))).flat();

test('every React snippet has its reader', () => {
  expect(snippets.map(({ name }) => name).sort()).toEqual(Object.keys(readers).sort());
});

test.each(snippets)('$name works as it stands', async ({ name, component, code }) => {
  await using served = await serveSnippet(name.replaceAll(/\W+/g, '-'), component, code);
  await readers[name]?.(await browser.open(served.url));
});

async function snippetsOf(page: string) {
  const text = await readFile(join(root, page), 'utf8');
  return [...text.matchAll(/^```tsx\n([\s\S]*?)^```\n/gm)].map(([, code = '']) => {
    const component = /^export function (\w+)/m.exec(code)?.[1] ?? 'nothing';
    return { name: `${page} ${component}`, component, code };
  });
}

/** A page that shows the component, and the route that its transport asks: all of it one session. */
async function serveSnippet(name: string, component: string, code: string): Promise<ServedPage> {
  await writeFile(join(folder, `${name}.tsx`), code);
  const entry = join(folder, `${name}-page.tsx`);
  await writeFile(
    entry,
    `import { StrictMode } from 'react';
     import { createRoot } from 'react-dom/client';
     import { ${component} } from './${name}.tsx';
     createRoot(document.getElementById('root')!).render(<StrictMode><${component} /></StrictMode>);`,
  );
  const session = client.agentSessions.attach(await client.agentSessions.create(agentId));
  return servePage(await bundlePage(entry), async (request, response) => {
    if (request.url !== '/api/chat') return false;
    const left = new AbortController();
    response.on('close', () => left.abort());
    const body = JSON.parse(await bodyOf(request)) as SessionRequest;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const events = toSSEStream(session.execute(body, { signal: left.signal }));
    Readable.fromWeb(events as Parameters<typeof Readable.fromWeb>[0])
      .on('error', () => response.destroy())
      .pipe(response);
    return true;
  });
}
