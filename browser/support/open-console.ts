import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import axeCore from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import { openDataDir, type RunningServer, startServer } from '../../apps/server/test/run-process.ts';

/** A server of its own with a browser in front of it; what a page does wrong fails the test at its end. */
export interface OpenConsole extends AsyncDisposable {
  readonly server: RunningServer;
  readonly page: Page;
  /** The one-time link to the first account. */
  readonly ownerLink: string;
  /** Where the server keeps what it has. */
  readonly dataDir: string;
  /** The API key of the first start. */
  readonly apiKey: string;
  /** Requests that went anywhere but to the server, and what the page complained about. */
  readonly complaints: readonly string[];
}

/** Where screenshots go: kept as artefacts. */
const shotsDir = fileURLToPath(new URL('../../coverage/screens/', import.meta.url));

const executablePath = process.env.OCTAVUS_CHROMIUM ?? '/usr/bin/chromium';

/** A name that leads here without being localhost, which browsers trust: as a server in a private network is reached. */
export const plainHost = 'console.test';

const chromiumArgs = ['--no-sandbox', '--disable-dev-shm-usage', `--host-resolver-rules=MAP ${plainHost} 127.0.0.1`];

let launched: Promise<Browser> | undefined;
afterAll(async () => (await launched)?.close());

/** One for all tests of a file; what each sees is in contexts of its own. */
function openBrowser(): Promise<Browser> {
  launched ??= chromium.launch({ executablePath, args: chromiumArgs });
  return launched;
}

interface OpenConsoleOptions {
  /** Of the server. */
  readonly env?: Readonly<Record<string, string>>;
  /** Besides the server, where pages may send requests to. */
  readonly fileOrigin?: string;
}

export async function openConsole({ env, fileOrigin }: OpenConsoleOptions = {}): Promise<OpenConsole> {
  await using opened = new AsyncDisposableStack();
  const dir = opened.use(await openDataDir());
  const server = opened.use(await startServer(dir.path, env));
  const browser = await openBrowser();
  // Those of further people, too.
  opened.defer(async () => void (await Promise.all(browser.contexts().map((context) => context.close()))));
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-write'],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (/^(blob|data):/.test(url) || url.startsWith(server.url)) return;
    if (fileOrigin === undefined || !url.startsWith(fileOrigin)) complaints.push(url);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
      complaints.push(message.text());
  });
  await mkdir(shotsDir, { recursive: true });
  const parts = opened.move();
  return {
    server,
    page,
    dataDir: dir.path,
    complaints,
    ownerLink: /\S+\/link#\S+/.exec(server.out)?.[0] ?? '',
    apiKey: /oct_sk_\S+/.exec(server.out)?.[0] ?? '',
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Checks the page against WCAG 2.2 AA in both themes, and photographs it in both and at phone width. */
export async function inspect(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((value) => {
      document.documentElement.dataset.theme = value;
    }, theme);
    await page.screenshot({ path: `${shotsDir}${name}-${theme}.png` });
    expect([name, theme, await violationsOf(page)]).toEqual([name, theme, []]);
    expect([name, theme, await faintFieldsOf(page)]).toEqual([name, theme, []]);
  }
  const size = page.viewportSize();
  await page.setViewportSize({ width: 375, height: 740 });
  await page.screenshot({ path: `${shotsDir}${name}-phone.png` });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect([name, 'wider than a phone by', overflow]).toEqual([name, 'wider than a phone by', 0]);
  if (size) await page.setViewportSize(size);
}

async function violationsOf(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the page's own security policy would not let it in.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeCore.source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(context: unknown, options: unknown): Promise<AxeResults> } };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run(document, { runOnly: tags });
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`,
    );
  });
}

/** What takes a value has an edge of 3:1 against what is around it (WCAG 1.4.11, which axe leaves to others). */
function faintFieldsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const luminance = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
        const share = Number(part) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const groundOf = (element: Element | null): string => {
      if (!element) return 'rgb(255, 255, 255)';
      const { backgroundColor } = getComputedStyle(element);
      return backgroundColor === 'rgba(0, 0, 0, 0)' ? groundOf(element.parentElement) : backgroundColor;
    };
    const fields = [...document.querySelectorAll('input:not([type=checkbox], [type=hidden]), select, textarea')];
    return fields.flatMap((field) => {
      const [edge, ground] = [getComputedStyle(field).borderTopColor, groundOf(field.parentElement)];
      const [dark = 0, light = 0] = [luminance(edge), luminance(ground)].sort((a, b) => a - b);
      const contrast = (light + 0.05) / (dark + 0.05);
      return contrast < 3 ? [`${field.outerHTML.slice(0, 80)}: ${edge} on ${ground} is ${contrast.toFixed(2)}:1`] : [];
    });
  });
}

interface AxeResults {
  violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[];
}
