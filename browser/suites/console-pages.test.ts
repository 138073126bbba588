import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { twoThreadPrompts, twoThreads } from '../../apps/console/test/two-threads.ts';
import { finish, startProcess } from '../../apps/server/test/run-process.ts';
import { createAgent, fire, go, heading, openSession, paste, signUp } from '../support/console-steps.ts';
import { inspect, openConsole } from '../support/open-console.ts';

const slowMs = 120_000;

const protocol = `
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
agent:
  model: offline/default
  system: system
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: said, input: [USER_MESSAGE] }
    Answer: { block: next-message }
`;
const prompts = { system: 'You listen.', said: '{{USER_MESSAGE}}' };
const listener = { slug: 'listener', name: 'Listener', protocol, prompts };
const longName = 'An agent whose name somebody made as long as the field for it lets a name become, to see what gives';

const dayMs = 24 * 60 * 60 * 1000;

/** As a field for date and time takes it, in the time zone of the page. */
function localTime(page: Page, moment: number): Promise<string> {
  return page.evaluate(
    (ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16),
    moment,
  );
}

test('sessions are listed page by page and filtered by agent, status and time; the overview shows one agent', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page, server, apiKey } = console;
  await signUp(console);
  const agentId = await createAgent(console, listener);
  for (let index = 0; index < 55; index += 1) await openSession(console, agentId);
  const sessionId = await openSession(console, 'demo');
  await fire(console, sessionId, { triggerName: 'user-message', input: { USER_MESSAGE: 'Please check-stock of rye' } });

  await page.goto(`${server.url}/p/default/sessions`);
  const rows = page.getByRole('row');
  await expect.poll(() => rows.count()).toBe(51);
  const first = await rows.nth(1).textContent();
  await page.getByRole('link', { name: 'Older sessions' }).click();
  await expect.poll(() => rows.count()).toBe(7);
  expect(await page.getByRole('link', { name: 'Older sessions' }).count()).toBe(0);
  // The page is in the address: it can be loaded anew, and left by going back.
  await page.reload();
  await expect.poll(() => rows.count()).toBe(7);
  await inspect(page, 'sessions-older');
  await page.goBack();
  await expect.poll(() => rows.nth(1).textContent()).toBe(first);
  await page.goForward();
  await page.getByRole('link', { name: 'Newest sessions' }).click();
  await expect.poll(() => rows.nth(1).textContent()).toBe(first);

  await page.getByLabel('Status').selectOption({ label: 'waiting for tool results' });
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByRole('link', { name: String(sessionId) }).waitFor();
  await page.getByRole('combobox', { name: 'Agent' }).selectOption({ label: 'Listener' });
  await page.getByText('No such sessions').waitFor();
  await inspect(page, 'sessions-filtered');
  await page.getByRole('button', { name: 'All sessions' }).click();
  await expect.poll(() => rows.count()).toBe(51);
  await page.getByLabel('Created before').fill(await localTime(page, Date.now() - dayMs));
  await page.getByText('No such sessions').waitFor();
  await page.getByLabel('Created before').fill('');
  await page.getByLabel('Created from').fill(await localTime(page, Date.now() - dayMs));
  await expect.poll(() => rows.count()).toBe(51);
  // The filter is in the address: it can be kept, and gone back to.
  await page.reload();
  await expect.poll(() => rows.count()).toBe(51);
  await page.getByLabel('Created from').fill(await localTime(page, Date.now() + dayMs));
  await page.getByText('No such sessions').waitFor();

  await page.goto(`${server.url}/p/default/sessions/${sessionId}`);
  await page.getByRole('link', { name: 'Continue in the preview' }).click();
  await page.getByRole('heading', { name: 'The agent calls check-stock' }).waitFor();
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  await page.getByText('Answering…').waitFor({ state: 'detached' });
  await go(page, 'Overview');
  const executions = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Executions' }) });
  await executions.getByText('1', { exact: true }).first().waitFor();
  await page.getByRole('combobox', { name: 'Agent' }).selectOption({ label: 'Listener' });
  await executions.getByText('0', { exact: true }).first().waitFor();
  await inspect(page, 'overview-agent');
  await page.getByRole('combobox', { name: 'Agent' }).selectOption({ label: 'Corner Bakery' });
  await executions.getByText('1', { exact: true }).first().waitFor();
  await page.reload();
  await expect.poll(() => page.getByRole('combobox', { name: 'Agent' }).inputValue()).not.toBe('');

  // What is archived did something: its name, however long, is among those to choose from.
  const archivedId = await createAgent(console, { ...listener, slug: 'gone', name: longName });
  await openSession(console, archivedId);
  await fetch(`${server.url}/api/agents/${archivedId}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${apiKey}` },
  });
  for (const path of ['', '/sessions']) {
    await page.goto(`${server.url}/p/default${path}`);
    await page.getByRole('combobox', { name: 'Agent' }).selectOption({ label: `${longName} (archived)` });
    await inspect(page, `archived-agent${path.replace('/', '-')}`);
  }
  await expect.poll(() => rows.count()).toBe(2);
  expect(console.complaints).toEqual([]);
});

/** Answers for much longer than it takes to open a page. */
const storyteller = {
  ...listener,
  slug: 'storyteller',
  protocol: protocol + Array.from({ length: 20 }, (_, at) => `    Go on ${at}: { block: next-message }\n`).join(''),
};

test('a session that runs is stopped, which its timeline tells; it is downloaded and cleared', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page, server } = console;
  await signUp(console);
  const agentId = await createAgent(console, storyteller);
  const sessionId = await openSession(console, agentId);
  const said = { USER_MESSAGE: 'a very long story '.repeat(40) };
  const running = fire(console, sessionId, { triggerName: 'user-message', input: said });
  await page.goto(`${server.url}/p/default/sessions/${sessionId}`);
  await page.getByText('running', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('idle', { exact: true }).waitFor();
  await running;
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await page.getByText('abort', { exact: true }).waitFor();
  await page.getByText('model-request', { exact: true }).first().click();
  await page.getByText('"requestType": "llm"').first().waitFor();
  await inspect(page, 'session-stopped');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download as JSON' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`session-${sessionId}.json`);
  const saved = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(saved).toMatchObject({ session: { id: sessionId }, state: { messages: [{ role: 'user' }, {}] } });
  expect(saved.timeline.entries.length).toBe(saved.timeline.total);

  await page.getByRole('button', { name: 'Clear' }).click();
  await inspect(page, 'session-clear');
  await page.getByRole('button', { name: 'Clear the session' }).click();
  await page.getByText('This session has expired').waitFor();
  expect(console.complaints).toEqual([]);
});

test('settings list the identity providers that an operator registered', { timeout: slowMs }, async () => {
  await using console = await openConsole();
  const { page, dataDir } = console;
  await signUp(console);
  await go(page, 'Settings');
  await page.getByText('identity-providers create').waitFor();
  await page.getByLabel('Model of ollama').fill('llama3');
  await page.getByRole('button', { name: 'Test ollama' }).click();
  const ollama = page.getByRole('row').filter({ hasText: 'OLLAMA_BASE_URL' });
  await expect.poll(() => ollama.getByRole('status').textContent()).not.toBe('');
  const issuer = 'https://login.example.com';
  const options = [
    '--issuer',
    issuer,
    '--algorithms',
    'RS256',
    '--agent',
    'demo',
    '--condition',
    'repository=larkspur/shop',
  ];
  const env = { OCTAVUS_DATA_DIR: dataDir };
  const { status, error } = await finish(
    startProcess('admin/main.ts', ['identity-providers', 'create', ...options], env),
  );
  expect([status, error]).toEqual([0, '']);
  await page.reload();
  const row = page.getByRole('row').filter({ hasText: issuer });
  await row.waitFor();
  const text = (await row.textContent()) ?? '';
  for (const expected of ['octavus:', 'Corner Bakery', 'repository is larkspur/shop', 'enabled'])
    expect(text).toContain(expected);
  await row.scrollIntoViewIfNeeded();
  await inspect(page, 'settings-identity');
  expect(console.complaints).toEqual([]);
});

test('the editor completes what the language knows, draws threads in lanes, and archives', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page } = console;
  await signUp(console);
  await createAgent(console, { slug: 'asides', name: 'Asides', protocol: twoThreads, prompts: twoThreadPrompts });
  await go(page, 'Agents');
  await page.getByLabel('Search agents').fill('aside');
  await page.getByRole('link', { name: 'Asides' }).click();
  const editor = page.getByRole('textbox', { name: 'protocol' });
  await paste(editor, 'handlers:\n  ask:\n    Answer:\n      block: ');
  await editor.press('Control+End');
  await editor.press('Control+Space');
  const offers = page.getByRole('listbox');
  await offers.getByRole('option', { name: 'next-message' }).waitFor();
  await inspect(page, 'agent-completion');
  await editor.press('Control+Space');
  await page.keyboard.type('next');
  // The list has caught up with what was typed.
  await expect.poll(() => offers.getByRole('option').allTextContents()).toEqual(['next-message']);
  await offers.getByRole('option').click();
  await expect.poll(() => editor.textContent()).toContain('block: next-message');
  await page.keyboard.press('Enter');
  await page.keyboard.type('respon');
  await offers.getByRole('option', { name: 'responseType' }).waitFor();
  await page.keyboard.press('Escape');
  await paste(editor, twoThreads);
  await page.getByText('No errors').waitFor();

  await page.getByRole('tab', { name: 'flow' }).click();
  const step = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  expect(await step('Think aside').textContent()).toContain('tool look-up');
  expect(await step('Think aside').textContent()).not.toContain('check-stock');
  const [aside, answer] = [await step('Think aside').boundingBox(), await step('Answer').boundingBox()];
  expect(answer?.x).toBeGreaterThan(aside?.x ?? 0);
  expect(answer?.y).toBeGreaterThan(aside?.y ?? 0);
  await inspect(page, 'agent-flow-threads');

  await page.getByRole('tab', { name: 'settings' }).click();
  await page.getByRole('button', { name: 'Archive this agent' }).click();
  await inspect(page, 'agent-archive');
  await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
  await heading(page, 'Agents').waitFor();
  await expect.poll(() => page.getByRole('link', { name: 'Asides' }).count()).toBe(0);
  expect(console.complaints).toEqual([]);
});
