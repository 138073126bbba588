import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { shareBrowser } from '../support/browser.ts';
import { bundlePage } from '../support/bundle-page.ts';
import { type ServedPage, servePage } from '../support/serve-page.ts';

const browser = shareBrowser();
const oneMegabyte = 2 ** 20;
let store: ServedPage;

/** What happens to uploads, by the name of the file, one attempt after the other; without a rule they arrive. */
const rules = new Map<string, Array<(request: IncomingMessage, response: ServerResponse) => void>>();
const arrived: [name: string, bytes: number, type: string | undefined][] = [];
let atOnce = 0;
let mostAtOnce = 0;

beforeAll(async () => {
  store = await servePage(await bundlePage(join(import.meta.dirname, '../pages/uploads.tsx')), answer);
});
afterAll(() => store?.[Symbol.asyncDispose]());
beforeEach(() => {
  rules.clear();
  arrived.length = 0;
  mostAtOnce = 0;
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (request.method !== 'PUT') return false;
  atOnce += 1;
  mostAtOnce = Math.max(mostAtOnce, atOnce);
  response.on('close', () => {
    atOnce -= 1;
  });
  const name = request.url?.slice(1) ?? '';
  const rule = rules.get(name)?.shift();
  if (rule) {
    rule(request, response);
    return true;
  }
  let bytes = 0;
  for await (const chunk of request) bytes += chunk.length;
  arrived.push([name, bytes, request.headers['content-type']]);
  response.end();
  return true;
}

const refuse = (status: number) => (request: IncomingMessage, response: ServerResponse) => {
  request.resume().on('end', () => response.writeHead(status).end());
};
/** Breaks the connection in the middle of the file. */
const cut = (request: IncomingMessage) => void request.once('data', () => request.destroy());

interface Upload {
  readonly sizes: Readonly<Record<string, number>>;
  readonly options?: { concurrency?: number; maxRetries?: number; retryDelayMs?: number; timeoutMs?: number };
  /** Aborts as soon as this file is on its way, which then takes its time. */
  readonly abortsAt?: string;
}

const slowly = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 2 * oneMegabyte };

type UploadFiles = typeof import('@octavus/react').uploadFiles;

/** Uploads in the page. @returns references or what was thrown, and the progress that was told. */
async function upload(given: Upload) {
  const page = await browser.open(store.url, { tolerates: /Failed to load resource/ });
  if (given.abortsAt) {
    const connection = await page.context().newCDPSession(page);
    await connection.send('Network.enable');
    await connection.send('Network.emulateNetworkConditions', slowly);
  }
  return page.evaluate(async ({ sizes, options, abortsAt }) => {
    const { uploadFiles } = window as unknown as { uploadFiles: UploadFiles };
    const told: [number, number][] = [];
    const abort = new AbortController();
    const files = Object.entries(sizes).map(([name, size]) => new File([new Uint8Array(size)], name));
    const outcome = await uploadFiles(files, {
      ...options,
      signal: abort.signal,
      requestUploadUrls: async (asked) => ({
        files: asked.map(({ filename }) => ({ id: filename, uploadUrl: `/${filename}`, downloadUrl: `/${filename}` })),
      }),
      onProgress: (index, percent) => {
        told.push([index, percent]);
        if (files[index]?.name === abortsAt) abort.abort(new Error('enough'));
      },
    }).then(
      (references) => references.map(({ id, size }) => [id, size]),
      (error: Error) => error.message,
    );
    return { outcome, told };
  }, given);
}

const progressOf = (told: readonly (readonly [number, number])[], index: number) =>
  told.filter(([at]) => at === index).map(([, percent]) => percent);
const falls = (progress: readonly number[]) => progress.filter((percent, at) => percent < (progress[at - 1] ?? 0));

test('a file whose connection broke in the middle is sent again, with its progress from the beginning', async () => {
  // The browser repeats a request of its own accord, once, on a connection that it used before.
  rules.set('big', [cut, cut]);
  const { outcome, told } = await upload({ sizes: { big: 8 * oneMegabyte }, options: { retryDelayMs: 1 } });
  expect(outcome).toEqual([['big', 8 * oneMegabyte]]);
  expect(arrived).toEqual([['big', 8 * oneMegabyte, 'application/octet-stream']]);
  const progress = progressOf(told, 0);
  expect(progress).toContain(0);
  expect(progress.at(-1)).toBe(100);
  // It falls where an attempt begins, if the one before had come anywhere, and nowhere else.
  expect(falls(progress).every((percent) => percent === 0)).toBe(true);
});

test('two go at once, each with its own progress, and a third waits', async () => {
  const sizes = { one: oneMegabyte, two: 2 * oneMegabyte, three: 10 };
  const waiting: (() => void)[] = [];
  const holdsUntilTwo = (request: IncomingMessage, response: ServerResponse) => {
    waiting.push(() => void request.resume().on('end', () => response.end()));
    if (waiting.length === 2) for (const goOn of waiting) goOn();
  };
  rules.set('one', [holdsUntilTwo]);
  rules.set('two', [holdsUntilTwo]);
  const { outcome, told } = await upload({ sizes, options: { concurrency: 2 } });
  expect(outcome).toEqual(Object.entries(sizes));
  expect(mostAtOnce).toBe(2);
  for (const index of [0, 1, 2]) {
    expect(falls(progressOf(told, index))).toEqual([]);
    expect(progressOf(told, index).at(-1)).toBe(100);
  }
});

test('an empty file arrives, and is told as done', async () => {
  const { outcome, told } = await upload({ sizes: { empty: 0 } });
  expect(outcome).toEqual([['empty', 0]]);
  expect(arrived).toEqual([['empty', 0, 'application/octet-stream']]);
  expect(told).toEqual([[0, 100]]);
});

test('one that is refused as too large fails at once, and what was sent before stays', async () => {
  rules.set('big', [refuse(413)]);
  const { outcome } = await upload({ sizes: { small: 10, big: oneMegabyte, never: 10 } });
  expect(outcome).toBe('Upload of big failed with status 413');
  expect(arrived.map(([name]) => name)).toEqual(['small']);
});

test('the signal breaks off what is on its way, and nothing further is sent', async () => {
  const broken = Promise.withResolvers<void>();
  rules.set('second', [(request) => void request.resume().on('close', broken.resolve)]);
  const { outcome } = await upload({
    sizes: { first: 10, second: 8 * oneMegabyte, third: 10 },
    options: { timeoutMs: 0 },
    abortsAt: 'second',
  });
  expect(outcome).toBe('enough');
  await broken.promise;
  expect(arrived.map(([name]) => name)).toEqual(['first']);
});

test('an attempt that takes too long is given up and made again', async () => {
  rules.set('slow', [() => undefined]);
  const { outcome } = await upload({ sizes: { slow: 10 }, options: { timeoutMs: 3000, retryDelayMs: 1 } });
  expect(outcome).toEqual([['slow', 10]]);
  rules.set('slow', [() => undefined, () => undefined]);
  const given = { sizes: { slow: 10 }, options: { timeoutMs: 50, maxRetries: 1, retryDelayMs: 1 } };
  expect((await upload(given)).outcome).toBe('Upload of slow took longer than 50 ms');
});
