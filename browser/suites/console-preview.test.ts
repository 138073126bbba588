import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startServer } from '../../apps/server/test/run-process.ts';
import { s3Credentials, startS3 } from '../../apps/server/test/run-s3.ts';
import { createAgent, go, heading, signUp } from '../support/console-steps.ts';
import { inspect, type OpenConsole, openConsole } from '../support/open-console.ts';

const slowMs = 120_000;

const loaf = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const picture = { name: 'loaf.png', mimeType: 'image/png', buffer: loaf };

const chatProtocol = `
input:
  SHOP: { type: string, description: Name of the shop }
  TONE: { type: string, enum: [calm, loud], optional: true }
  SEATS: { type: integer, optional: true }
  SIGN: { type: file, optional: true, description: The sign over the door }
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
      FILES: { type: 'file[]', optional: true, description: Pictures of the bread }
  request-quote:
    description: Asks for a price
    input:
      TASK: { type: string }
  write-note: {}
types:
  Line:
    product: { type: string }
    pieces: { type: integer }
  Quote:
    price: { type: number }
    isFinal: { type: boolean }
    lines: { type: 'Line[]' }
variables:
  NOTE: { type: unknown }
tools:
  check-stock:
    description: Tells how much bread is left.
    display: stream
    parameters:
      product: { type: string }
workers:
  note-writer: { description: Writing a note, display: stream }
agent:
  model: offline/default
  system: system
  input: [SHOP]
  tools: [check-stock]
  agentic: true
  thinking: low
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: said, input: [USER_MESSAGE], files: [FILES], display: hidden }
    Answer: { block: next-message, display: stream }
  request-quote:
    Add: { block: add-message, role: user, prompt: task, input: [TASK], display: hidden }
    Quote: { block: next-message, responseType: Quote, display: stream }
  write-note:
    Write: { block: run-worker, worker: note-writer, input: { TOPIC: SHOP }, output: NOTE }
`;

const chatPrompts = { system: 'You sell bread at {{SHOP}}.', said: '{{USER_MESSAGE}}', task: '{{TASK}}' };

const workerProtocol = `
input:
  TOPIC: { type: string }
  IS_SHORT: { type: boolean, optional: true }
  PICTURES: { type: 'file[]', optional: true }
variables:
  NOTE: { type: string }
tools:
  look-up:
    description: Looks up the weather.
    display: stream
    parameters:
      place: { type: string }
steps:
  Open: { block: start-thread, thread: draft, model: offline/instant, system: system, tools: [look-up], maxSteps: 3 }
  Ask: { block: add-message, thread: draft, role: user, prompt: ask, input: [TOPIC] }
  Write: { block: next-message, thread: draft, output: NOTE, display: stream }
output: NOTE
`;

const workerPrompts = { system: 'You write notes.', ask: 'Please look up the weather for a note on {{TOPIC}}.' };

async function openBakery(console: OpenConsole): Promise<{ chat: string; worker: string }> {
  await signUp(console);
  const worker = { slug: 'note-writer', format: 'worker', protocol: workerProtocol, prompts: workerPrompts } as const;
  const workerId = await createAgent(console, worker);
  const chat = { slug: 'bakery', name: 'Bakery', protocol: chatProtocol, prompts: chatPrompts };
  return { chat: await createAgent(console, chat), worker: workerId };
}

async function startSession({ page, server }: OpenConsole, agentId: string): Promise<void> {
  await page.goto(`${server.url}/p/default/agents/${agentId}/preview`);
  await page.getByLabel('SHOP').fill('Rye & Co');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('button', { name: 'Send user-message' }).waitFor();
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('USER_MESSAGE').fill(text);
  await page.getByRole('button', { name: 'Send user-message' }).click();
}

/** The model repeats it word by word: there are four seconds to stop it in. */
const aLongStory = `a long story ${'o '.repeat(130)}`;

const answered = (page: Page) => page.getByText('Answering…').waitFor({ state: 'detached' });
const assistant = (page: Page) => page.getByRole('article', { name: 'Assistant' }).last();

/** Whether the last picture that a person sent is there to be seen. */
async function pictureIsShown(page: Page): Promise<void> {
  const picture = page.getByRole('article', { name: 'User' }).getByRole('img').last();
  await picture.waitFor();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
}

test('a session is started from declared inputs; files are uploaded and shown; structured output is an object; a worker is a card', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page, server } = console;
  const { chat } = await openBakery(console);
  await page.goto(`${server.url}/p/default/agents/${chat}/preview`);
  await page.getByLabel('TONE').selectOption('loud');
  await page.getByLabel('SEATS').fill('4.5');
  await page.getByLabel('SHOP').fill('Rye & Co');
  await page.getByLabel('SIGN').setInputFiles(picture);
  await page.getByRole('button', { name: 'Start' }).click();
  // What is wrong is told, and nothing has to be typed again.
  await page.getByRole('alert').getByText('SEATS').waitFor();
  await expect.poll(() => page.getByLabel('SHOP').inputValue()).toBe('Rye & Co');
  await inspect(page, 'preview-start');
  await page.getByLabel('SEATS').fill('4');
  await page.getByRole('button', { name: 'Start' }).click();

  await page.getByLabel('FILES').setInputFiles(picture);
  await page.getByLabel('USER_MESSAGE').fill('Is this one');
  await page.getByLabel('USER_MESSAGE').press('Shift+Enter');
  await page.getByLabel('USER_MESSAGE').pressSequentially('of yours?');
  await page.getByLabel('USER_MESSAGE').press('Enter');
  await assistant(page).getByText('You attached a file').waitFor();
  await expect
    .poll(() => page.getByRole('article', { name: 'User' }).textContent())
    .toContain('Is this one\nof yours?');
  await answered(page);
  await pictureIsShown(page);
  await assistant(page).getByText('Reasoning').click();
  await inspect(page, 'preview-file');

  await page.getByLabel('Trigger').selectOption('request-quote');
  await page.getByLabel('TASK').fill('A quote for 12 rye breads at 25 Euro');
  await page.getByRole('button', { name: 'Send request-quote' }).click();
  const quote = page.getByRole('region', { name: 'Quote' });
  await quote.getByRole('definition').first().waitFor();
  await answered(page);
  expect(await quote.getByRole('term').allTextContents()).toEqual(
    expect.arrayContaining(['price', 'isFinal', 'lines']),
  );
  expect(await quote.getByText(/^(yes|no)$/).count()).toBe(1);
  await quote.getByText('JSON').click();
  await quote.getByText('"price":').waitFor();
  await inspect(page, 'preview-object');

  await page.getByLabel('Trigger').selectOption('write-note');
  await page.getByRole('button', { name: 'Send write-note' }).click();
  await page.getByRole('heading', { name: 'The agent calls look-up' }).waitFor();
  await page.getByLabel('Result, as JSON or text').fill('sunny');
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  await answered(page);
  const worker = page.getByRole('region', { name: 'Worker note-writer' });
  await worker.getByText('Output').waitFor();
  expect(await worker.textContent()).toContain('look-up returned sunny');
  await inspect(page, 'preview-worker-card');

  // What the session kept is what was seen.
  await page.getByRole('link', { name: 'Timeline of this session' }).click();
  await heading(page, 'Session').waitFor();
  await page.getByRole('tab', { name: 'Conversation' }).click();
  await page.getByRole('region', { name: 'Worker note-writer' }).getByText('Output').waitFor();
  await page.getByRole('tab', { name: 'Variables and resources' }).click();
  await page.getByText('"TONE": "loud"').waitFor();
  await page.getByText('"SEATS": 4').waitFor();
  await page.getByText('"filename": "loaf.png"').waitFor();
  // What held the picture until there was a session is no session itself.
  await go(page, 'Sessions');
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await page.goBack();
  await inspect(page, 'session-variables');
  expect(console.complaints).toEqual([]);
});

test('a tool is answered by hand, by a saved answer, and after the page was loaded anew; a turn is stopped and retried', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page } = console;
  const { chat } = await openBakery(console);
  await startSession(console, chat);
  const asked = page.getByRole('heading', { name: 'The agent calls check-stock' });

  await say(page, 'Please check-stock of rye.');
  await asked.waitFor();
  await page.reload();
  await asked.waitFor();
  await page.getByLabel('Result, as JSON or text').fill('{"left":7}');
  await page.getByRole('button', { name: 'Answer so every time' }).click();
  await assistant(page).getByText('left: 7').waitFor();
  await answered(page);

  await say(page, 'Please check-stock of wheat.');
  await expect.poll(() => page.getByText('check-stock returned left: 7').count()).toBe(2);
  await answered(page);
  await inspect(page, 'preview-saved-answer');
  await page.getByRole('button', { name: 'Forget the answer of check-stock' }).click();
  await say(page, 'Please check-stock of oat.');
  await asked.waitFor();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await assistant(page).getByText('The tool check-stock failed').waitFor();
  await answered(page);

  const events = page.getByRole('region', { name: 'Events' });
  await events.getByText('tool-request').first().click();
  await events.getByText('"toolName": "check-stock"').first().waitFor();

  await say(page, aLongStory);
  await assistant(page).getByText('a long story').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await answered(page);
  const cut = (await assistant(page).textContent()) ?? '';
  expect(cut).not.toContain('here I have');
  await page.getByRole('button', { name: 'Retry' }).click();
  await assistant(page).getByText('here I have').waitFor();
  await answered(page);
  // Those on the screen: the turn was taken back and not asked for once more.
  for (const name of ['User', 'Assistant']) {
    expect(await page.getByRole('article', { name }).filter({ hasText: 'a long story' }).count()).toBe(1);
  }

  await page.getByRole('button', { name: 'New session' }).click();
  await page.getByRole('button', { name: 'Start' }).waitFor();
  expect(await page.getByRole('article').count()).toBe(0);
  expect(console.complaints).toEqual([]);
});

test('a worker runs from a form, asks for a tool and shows its output; its log is one step away', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page, server } = console;
  const { worker } = await openBakery(console);
  await page.goto(`${server.url}/p/default/agents/${worker}/preview`);
  await page.getByLabel('IS_SHORT').selectOption('true');
  await page.getByLabel('TOPIC').fill('ferns');
  await page.getByLabel('PICTURES').setInputFiles([picture, { ...picture, name: 'crust.png' }]);
  await page.getByRole('button', { name: 'Run' }).click();
  await page.getByRole('heading', { name: 'The agent calls look-up' }).waitFor();
  await page.getByLabel('Result, as JSON or text').fill('{"sky":"clear"}');
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  await answered(page);
  const card = page.getByRole('region', { name: 'Worker note-writer' });
  await card.getByText('Output').waitFor();
  expect(await card.textContent()).toContain('look-up returned sky: clear');
  await inspect(page, 'preview-worker');
  // It can be run again as it was.
  await expect.poll(() => page.getByLabel('TOPIC').inputValue()).toBe('ferns');
  await page.getByRole('link', { name: 'Timeline of this run' }).click();
  await page.getByText('tool-result', { exact: true }).waitFor();
  await inspect(page, 'session-worker');
  await page.getByRole('tab', { name: 'Variables and resources' }).click();
  await page.getByText('"filename": "crust.png"').waitFor();
  expect(console.complaints).toEqual([]);
});

test('with files in a bucket, pages may reach the bucket and nothing else: a picture is uploaded there and shown', {
  timeout: slowMs,
}, async () => {
  await using bucket = await startS3({ checksSignatures: false });
  const env = { ...s3Credentials, OCTAVUS_FILES_URL: bucket.url };
  await using console = await openConsole({ env, fileOrigin: bucket.endpoint });
  const { page, server } = console;
  const { chat } = await openBakery(console);
  const policy = (await fetch(server.url)).headers.get('content-security-policy') ?? '';
  for (const directive of ["img-src 'self' data: blob:", "media-src 'self' blob:", "connect-src 'self'"])
    expect(policy).toContain(`${directive} ${bucket.endpoint};`);
  expect(policy.match(/https?:/g)).toHaveLength(3);

  await startSession(console, chat);
  await page.getByLabel('FILES').setInputFiles(picture);
  await say(page, 'Is this one of yours?');
  await assistant(page).getByText('You attached a file').waitFor();
  await pictureIsShown(page);
  await page.getByRole('link', { name: 'Timeline of this session' }).click();
  await page.getByRole('tab', { name: 'Conversation' }).click();
  await pictureIsShown(page);
  expect(console.complaints).toEqual([]);
});

test('a server that ends in the middle of an answer is told; when it is back the answer is asked for again', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page, server, dataDir } = console;
  const { chat } = await openBakery(console);
  await startSession(console, chat);
  await say(page, aLongStory);
  await assistant(page).getByText('a long story').waitFor();
  await server.stop('SIGKILL');
  await page.getByRole('alert').getByText('broke off in the middle').waitFor();
  await inspect(page, 'preview-server-gone');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('alert').getByText('The server does not answer').waitFor();

  await using _again = await startServer(dataDir, { PORT: new URL(server.url).port });
  await page.getByRole('button', { name: 'Try again' }).click();
  await assistant(page).getByText('here I have').waitFor();
  await answered(page);
  await expect.poll(() => page.getByRole('article').count()).toBe(2);
  await page.getByRole('link', { name: 'Timeline of this session' }).click();
  await page.getByText('llm-response', { exact: true }).first().waitFor();
  expect(console.complaints).toEqual([]);
});
