import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { demoProtocol, go, heading, password, paste, signIn, signUp } from '../support/console-steps.ts';
import { inspect, openConsole } from '../support/open-console.ts';

/** Whole journeys, each page of them checked three times. */
const slowMs = 180_000;

test('the first account is made by the link, signs out and in again; every page is accessible in both themes', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page } = console;
  await page.goto(`${console.server.url}/p/default/keys`);
  await heading(page, 'Sign in').waitFor();
  await inspect(page, 'sign-in');
  await page.goto(console.ownerLink);
  await heading(page, 'Make the first account').waitFor();
  await inspect(page, 'link');
  await signUp(console);
  await page.getByText('Try an agent').waitFor();
  await inspect(page, 'overview-empty');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await heading(page, 'Sign in').waitFor();

  await page.goto(`${console.server.url}/p/default/keys`);
  await signIn(page, 'ada@example.com', 'wrong');
  await page.getByText('Wrong email or password').waitFor();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await heading(page, 'API keys').waitFor();
  await page.getByText('First start').waitFor();
  await inspect(page, 'keys');

  for (const name of ['Agents', 'Sessions', 'Members', 'Settings']) {
    await go(page, name);
    await page.getByText('Loading').waitFor({ state: 'detached' });
    await inspect(page, name.toLowerCase());
  }
  await page.setViewportSize({ width: 375, height: 740 });
  await page.getByRole('button', { name: 'Menu' }).click();
  await inspect(page, 'menu');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole('button', { name: 'Test offline' }).click();
  await page.getByText(/answered in/).waitFor();
  await page.getByRole('link', { name: 'Ada' }).click();
  await heading(page, 'Your account').waitFor();
  await inspect(page, 'account');
  // Who chose dark sees nothing white first, however long the application takes to come.
  await page.goto(console.server.url);
  await page.getByLabel('Colours').selectOption('dark');
  await page.route('**/assets/index*.js', (route) => route.abort());
  await page.goto(`${console.server.url}/p/default`);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(await ground()).toBe('rgb(15, 15, 18)');
  await page.unroute('**/assets/index*.js');
  await page.goto(console.ownerLink);
  await heading(page, 'This link does not open anything').waitFor();
  expect(console.complaints).toEqual([]);
});

test('a new agent with a mistake is corrected by its finding, previewed with a tool answered by hand, called with a key, and found again', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page } = console;
  await signUp(console);

  await go(page, 'Agents');
  await page.getByRole('link', { name: 'Corner Bakery' }).click();
  const editor = page.getByRole('textbox', { name: 'protocol' });
  await editor.waitFor();
  await page.getByRole('button', { name: 'prompts/system.md' }).click();
  await page.getByRole('textbox', { name: 'prompts/system' }).waitFor();
  await inspect(page, 'agent');

  await page.getByRole('link', { name: 'Copy' }).click();
  await heading(page, 'New agent').waitFor();
  await paste(editor, demoProtocol.replace('block: next-message', 'block: nest-message'));
  await page.getByRole('tab', { name: 'settings' }).click();
  await page.getByLabel('Name').fill('Second bakery');
  await page.getByLabel('Slug').fill('second-bakery');
  await page.getByRole('tab', { name: 'files' }).click();
  const finding = page
    .getByRole('list', { name: 'Findings' })
    .getByRole('listitem')
    .filter({ hasText: 'nest-message' });
  await finding.first().waitFor();
  await inspect(page, 'agent-findings');
  await page.getByRole('button', { name: 'Create the agent' }).click();
  await page.getByText('It has errors and was not saved').waitFor();
  await paste(editor, demoProtocol);
  await page.getByText('No errors').waitFor();
  await page.getByRole('button', { name: 'Create the agent' }).click();
  await heading(page, 'Second bakery').waitFor();

  await page.getByRole('tab', { name: 'flow' }).click();
  await page.getByText('tool check-stock').waitFor();
  await inspect(page, 'agent-flow');
  await page.getByRole('tab', { name: 'use' }).click();
  const snippet = await page.getByText('curl -sN').textContent();
  await inspect(page, 'agent-use');

  await page.getByRole('link', { name: 'Preview' }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByLabel('USER_MESSAGE').fill('How many rye breads are in stock? Use check-stock.');
  await page.getByRole('button', { name: 'Send user-message' }).click();
  await page.getByRole('heading', { name: 'The agent calls check-stock' }).waitFor();
  await inspect(page, 'preview');
  await page.getByLabel('Result, as JSON or text').fill('{"left":7}');
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  await page.getByText('Answering…').waitFor({ state: 'detached' });
  await page.getByRole('article', { name: 'Assistant' }).getByText('done', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Timeline of this session' }).click();
  await heading(page, 'Session of Second bakery').waitFor();
  await page.getByText('tool-result', { exact: true }).waitFor();
  await inspect(page, 'session-timeline');
  await page.getByRole('tab', { name: 'Conversation' }).click();
  await inspect(page, 'session');

  await go(page, 'API keys');
  await page.getByRole('button', { name: 'New API key' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('production');
  await inspect(page, 'keys-new');
  await page.getByRole('button', { name: 'Create the key' }).click();
  const key = await page.getByTestId('new-key').textContent();
  await page.getByRole('button', { name: 'Done' }).click();
  const headers = { authorization: `Bearer ${key}` };
  const refused = await fetch(`${console.server.url}/api/agents`, { method: 'POST', headers, body: '{}' });
  expect(refused.status).toBe(403);
  // As it is shown, in a shell that has the key.
  const env = { PATH: process.env.PATH, OCTAVUS_API_KEY: key ?? '' };
  const called = await promisify(execFile)('bash', ['-c', snippet ?? ''], { env });
  expect(called.stdout).toContain('"type":"text-delta"');
  expect(called.stdout).toMatch(/data: \[DONE\]\s*$/);

  await go(page, 'Sessions');
  await expect.poll(() => page.getByRole('row').count()).toBe(3);
  await inspect(page, 'sessions-list');
  const newest = page.getByRole('row').nth(1).getByRole('link');
  const sessionId = (await newest.textContent()) ?? '';
  await newest.click();
  await heading(page, 'Session').waitFor();
  await page.getByText('Hello!', { exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await page.getByRole('region', { name: 'user-message' }).getByText('llm-response', { exact: true }).waitFor();
  await page.goto(`${console.server.url}/platform/sessions/${sessionId}`);
  await page.getByText(sessionId).waitFor();
  await go(page, 'Overview');
  await page.getByRole('img', { name: 'Executions over time' }).waitFor();
  await inspect(page, 'overview');

  await go(page, 'API keys');
  await page.getByRole('button', { name: 'Revoke production' }).click();
  await page.getByRole('button', { name: 'Revoke the key' }).click();
  await page.getByText('revoked', { exact: true }).waitFor();
  const dead = await fetch(`${console.server.url}/api/agents`, { headers });
  expect(dead.status).toBe(401);
  expect(console.complaints).toEqual([]);
});

test('a page allows this server alone and a nonce of its own; what it is made of comes compressed and may be kept', async () => {
  await using console = await openConsole();
  const { url } = console.server;
  const [first, second] = [await fetch(url), await fetch(`${url}/p/default/keys`)];
  const nonces = [];
  for (const answer of [first, second]) {
    const policy = answer.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).not.toContain('unsafe');
    nonces.push(nonce);
  }
  const document = await first.text();
  expect(document).toContain(`content="${nonces[0]}"`);
  expect(nonces[0]).not.toBe(nonces[1]);
  const [script] = /assets\/index[\w-]*\.js/.exec(document) ?? [];
  const asset = await fetch(`${url}/${script}`, { headers: { 'accept-encoding': 'br' } });
  expect(asset.headers.get('content-encoding')).toBe('br');
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(await asset.text()).toContain('octavus-theme');
  for (const name of ['..%2findex.html', '..%2ffavicon.svg', `${'x'.repeat(300)}.js`, '%00.js', '.js']) {
    expect((await fetch(`${url}/assets/${name}`)).status, name).toBe(404);
  }
});

test('what is built under a running server is served, and what is gone is not found', async () => {
  await using console = await openConsole();
  const { url } = console.server;
  const name = `later-${randomUUID()}.js`;
  const file = fileURLToPath(new URL(`../../apps/console/dist/assets/${name}`, import.meta.url));
  await writeFile(file, 'export {};');
  const built = await fetch(`${url}/assets/${name}`);
  expect([built.status, await built.text()]).toEqual([200, 'export {};']);
  await rm(file);
  expect((await fetch(`${url}/assets/${name}`)).status).toBe(404);
});
