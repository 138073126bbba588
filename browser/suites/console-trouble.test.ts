import { expect, test } from 'vitest';
import { go, heading, password, paste, signIn, signUp } from '../support/console-steps.ts';
import { inspect, openConsole, plainHost } from '../support/open-console.ts';
import { openSecondPage } from '../support/second-person.ts';

const slowMs = 120_000;

test('a sign-in that ended is renewed over the page, and what was written on it is saved after that', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page, server } = console;
  await signUp(console);
  await go(page, 'Agents');
  await page.getByRole('link', { name: 'Corner Bakery' }).click();
  await page.getByRole('button', { name: 'prompts/system.md' }).click();
  await paste(page.getByRole('textbox', { name: 'prompts/system' }), 'You only speak of bread.');

  const other = await openSecondPage(console);
  await other.goto(server.url);
  await signIn(other, 'ada@example.com');
  await heading(other, 'Overview').waitFor();
  await other.goto(`${server.url}/account`);
  await other.getByRole('button', { name: 'Sign out everywhere' }).click();
  await heading(other, 'Sign in').waitFor();

  await page.getByRole('button', { name: 'Save a new version' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await dialog.waitFor();
  await inspect(page, 'sign-in-again');
  await page.keyboard.press('Escape');
  await dialog.getByLabel('Password').fill('not this one');
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('your sign-in had ended: save it again').waitFor();
  await expect
    .poll(() => page.getByRole('textbox', { name: 'prompts/system' }).textContent())
    .toContain('You only speak of bread.');
  await page.getByRole('button', { name: 'Save a new version' }).click();
  await page.getByText('version 2').waitFor();

  // In a tab that was open all the while, a page for signing in leads on by itself.
  await page.goto(`${server.url}/sign-in?next=/p/default/keys`);
  await heading(page, 'API keys').waitFor();
  expect(console.complaints).toEqual([]);
});

test('over plain HTTP, where browsers give no clipboard, a key is copied all the same', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { server } = console;
  await signUp(console);
  const page = await openSecondPage(console);
  await page.goto(`http://${plainHost}:${new URL(server.url).port}/p/default/keys`);
  await signIn(page, 'ada@example.com');
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  const name = page.getByRole('dialog').getByLabel('Name');
  await page.getByRole('button', { name: 'New API key' }).click();
  await name.fill('production');
  await page.getByRole('button', { name: 'Create the key' }).click();
  const key = await page.getByTestId('new-key').textContent();
  await page.getByRole('button', { name: 'Copy the key' }).click();
  await page.getByText('Copied').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'New API key' }).click();
  await name.press('Control+V');
  await expect.poll(() => name.inputValue()).toBe(key);
});

test('an address that names nothing says so, with a title and a way on; a server that does not answer too', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page, server } = console;
  await signUp(console);
  for (const [path, title, way] of [
    ['agents/nothing', 'Agent', 'All agents'],
    ['agents/nothing/preview', 'Preview', 'All agents'],
    ['sessions/nothing', 'Session', 'All sessions'],
  ] as const) {
    await page.goto(`${server.url}/p/default/${path}`);
    await heading(page, title).waitFor();
    await page.getByText('The address may be mistyped').waitFor();
    await expect.poll(() => page.title()).toBe(`${title} · Octavus`);
    await page.getByRole('main').getByRole('link', { name: way }).waitFor();
  }
  await inspect(page, 'session-unknown');
  for (const path of ['/p/nothing', '/p/default/nothing', '/platform/sessions/nothing', '/platform/agents/nothing']) {
    await page.goto(server.url + path);
    await page.getByText('There is no such page').waitFor();
    await page.getByRole('link', { name: 'To the start' }).waitFor();
  }

  await page.goto(`${server.url}/p/default/sessions`);
  await heading(page, 'Sessions').waitFor();
  await page.route('**/console/api/**', (route) => route.abort('connectionrefused'));
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByRole('alert').getByText('The server does not answer').waitFor({ timeout: 20_000 });
  await inspect(page, 'unreachable');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('banner').getByRole('alert').getByText('The server does not answer').waitFor();
  await page.unroute('**/console/api/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('No sessions yet').waitFor();

  await page.route('**/console/api/me', (route) => route.abort('connectionrefused'));
  await page.goto(`${server.url}/p/default`);
  await heading(page, 'Something went wrong').waitFor({ timeout: 20_000 });
  await inspect(page, 'something-went-wrong');
  await page.unroute('**/console/api/me');
  await page.getByRole('button', { name: 'Try again' }).click();
  await heading(page, 'Overview').waitFor();
  const others = console.complaints.filter((text) => !text.includes('The server does not answer'));
  expect(others).toEqual([]);
});
