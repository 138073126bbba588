import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { finish, startProcess } from '../../apps/server/test/run-process.ts';
import { go, heading, password, signIn, signUp } from '../support/console-steps.ts';
import { inspect, type OpenConsole, openConsole } from '../support/open-console.ts';
import { openSecondPage } from '../support/second-person.ts';

const slowMs = 120_000;
const newPassword = 'orchids in the morning';

/** Invites somebody as the page does. @returns the link. */
async function invite(page: Page, role: string): Promise<string> {
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByRole('dialog').getByLabel('Role').selectOption(role);
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = await page
    .getByRole('dialog')
    .getByText(/\/link#/)
    .textContent();
  await page.getByRole('button', { name: 'Done' }).click();
  return link ?? '';
}

async function join(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Email').fill(`${name.toLowerCase()}@example.com`);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await heading(page, 'Overview').waitFor();
}

/** Runs an operator command beside the server. @returns what it printed. */
async function admin({ dataDir }: OpenConsole, ...args: string[]): Promise<string> {
  const { out, error, status } = await finish(startProcess('admin/main.ts', args, { OCTAVUS_DATA_DIR: dataDir }));
  if (status !== 0) throw new Error(error);
  return out;
}

test('people are invited by link and see what their role allows; roles change, an invitation is withdrawn, a member removed', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page, server } = console;
  await signUp(console);
  await go(page, 'Members');
  const viewerLink = await invite(page, 'viewer');
  await invite(page, 'owner');
  await page.getByText('owner, by Ada').waitFor();
  await inspect(page, 'members-invites');

  const grace = await openSecondPage(console);
  await grace.goto(viewerLink);
  await heading(grace, 'Join Default').waitFor();
  await inspect(grace, 'link-invite');
  await join(grace, viewerLink, 'Grace');
  // A viewer looks, and is told so where there is nothing to look at.
  await go(grace, 'API keys');
  await grace.getByText('First start').waitFor();
  expect(await grace.getByRole('button', { name: /New API key|Revoke/ }).count()).toBe(0);
  await go(grace, 'Agents');
  await grace.getByRole('link', { name: 'Corner Bakery' }).click();
  await grace.getByRole('tab', { name: 'files' }).waitFor();
  const bakeryId = grace.url().split('/').at(-1) ?? '';
  expect(await grace.getByRole('link', { name: 'Preview' }).count()).toBe(0);
  await go(grace, 'Members');
  expect(await grace.getByRole('button', { name: /Invite|Remove/ }).count()).toBe(0);
  const navigation = grace.getByRole('navigation', { name: 'Project' });
  expect(await navigation.getByRole('link', { name: 'Settings' }).count()).toBe(0);
  for (const path of ['settings', 'agents/new', 'agents/demo/preview']) {
    await grace.goto(`${server.url}/p/default/${path.replace('demo', bakeryId)}`);
    await grace.getByText('Your role lets you look').waitFor();
  }
  await inspect(grace, 'preview-viewer');
  await go(grace, 'Overview');
  await grace.getByText('Nothing ran yet').waitFor();
  await inspect(grace, 'overview-viewer');

  await page.reload();
  await page.getByText('owner, by Ada').waitFor();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('owner, by Ada').waitFor({ state: 'detached' });
  await page.getByLabel('Role of Grace').selectOption('developer');
  await expect.poll(() => page.getByLabel('Role of Grace').inputValue()).toBe('developer');
  // A page that is open learns of it when it is looked at again.
  await go(grace, 'API keys');
  await grace.evaluate(() => dispatchEvent(new Event('visibilitychange')));
  await grace.getByRole('button', { name: 'New API key' }).waitFor();
  // The last owner stays one.
  await page.getByLabel('Role of Ada').selectOption('viewer');
  await page.getByRole('alert').getByText('keeps one owner').waitFor();

  await page.getByRole('button', { name: 'Remove Grace' }).click();
  await inspect(page, 'members-remove');
  await page.getByRole('button', { name: 'Keep them' }).click();
  await page.getByRole('button', { name: 'Remove Grace' }).click();
  await page.getByRole('button', { name: 'Remove them' }).click();
  await page.getByRole('cell', { name: 'grace@example.com' }).waitFor({ state: 'detached' });
  // Who is on a page of the project is told with the next thing they ask for.
  await navigation.getByRole('link', { name: 'Members' }).click();
  await grace.getByText('There is no such page').waitFor();
  await grace.getByText('you are not a member of its project').waitFor();
  await grace.goto(server.url);
  await heading(grace, 'Your account').waitFor();
  await grace.getByText('You are a member of no project').waitFor();
  await inspect(grace, 'account-no-project');
  // Who has an account joins by a link with it.
  const again = await invite(page, 'developer');
  // Only what follows # differs from a page of the console: opened anew, as a link is.
  await grace.goto('about:blank');
  await grace.goto(again);
  await grace.getByRole('button', { name: 'Join' }).click();
  await heading(grace, 'Overview').waitFor();
  expect(console.complaints).toEqual([]);
});

test('a password is changed, reset by an operator and locked after ten wrong ones; signing out everywhere ends the other sign-ins', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page, server } = console;
  await signUp(console);
  const other = await openSecondPage(console);
  await other.goto(server.url);
  await signIn(other, 'ada@example.com');
  await heading(other, 'Overview').waitFor();

  await page.goto(`${server.url}/account`);
  await page.getByLabel('Present password').fill('not this one');
  await page.getByLabel('New password').fill(newPassword);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Present password').fill(password);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('Changed.').waitFor();
  await other.goto(server.url);
  await heading(other, 'Sign in').waitFor();
  await signIn(other, 'ada@example.com', newPassword);
  await heading(other, 'Overview').waitFor();

  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await heading(page, 'Sign in').waitFor();
  await other.goto(server.url);
  await heading(other, 'Sign in').waitFor();

  for (let attempt = 0; attempt < 10; attempt += 1) {
    await signIn(page, 'ada@example.com', `wrong ${attempt}`);
    await page.getByRole('alert').getByText('Wrong email or password').waitFor();
  }
  await signIn(page, 'ada@example.com', newPassword);
  await page
    .getByRole('alert')
    .getByText(/minutes|later|Too many/i)
    .waitFor();
  await inspect(page, 'sign-in-locked');

  expect(await admin(console, 'users', 'list')).toContain('ada@example.com');
  const printed = await admin(console, 'users', 'reset-password', 'ada@example.com');
  const token = /\/link#(\S+)/.exec(printed)?.[1];
  await other.goto(`${server.url}/link#${token}`);
  await heading(other, 'Set a new password').waitFor();
  await inspect(other, 'link-reset');
  await other.getByLabel('New password').fill('short');
  await other.getByRole('button', { name: 'Set the password' }).click();
  await other.getByText('expected at least 12 characters').waitFor();
  await other.getByLabel('New password').fill(password);
  await other.getByRole('button', { name: 'Set the password' }).click();
  await heading(other, 'Overview').waitFor();

  await admin(console, 'users', 'disable', 'ada@example.com');
  await other.reload();
  await heading(other, 'Sign in').waitFor();
  await admin(console, 'users', 'enable', 'ada@example.com');
  await signIn(other, 'ada@example.com');
  await heading(other, 'Overview').waitFor();
  expect(console.complaints).toEqual([]);
});

test('a project is made, renamed, switched to and, by its name, archived', { timeout: slowMs }, async () => {
  await using console = await openConsole();
  const { page } = console;
  await signUp(console);
  await go(page, 'Settings');
  await page.getByText('cannot be archived').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Nursery');
  await page.getByLabel('Slug').fill('Not a slug');
  await page.getByRole('button', { name: 'Create the project' }).click();
  await page.getByText('Expected lower-case letters').waitFor();
  await page.getByLabel('Slug').fill('nursery');
  await page.getByRole('button', { name: 'Create the project' }).click();
  await heading(page, 'Overview').waitFor();
  await page.waitForURL(/\/p\/nursery/);
  await page.getByText('Write an agent first').waitFor();
  await inspect(page, 'overview-first');

  for (const name of ['Agents', 'Sessions', 'API keys']) {
    await go(page, name);
    await page.getByText('Loading').waitFor({ state: 'detached' });
    await inspect(page, `empty-${name.toLowerCase().replace(' ', '-')}`);
  }

  await go(page, 'Settings');
  await page.getByLabel('Project name').fill('Tree nursery');
  await page.getByRole('button', { name: 'Rename' }).click();
  await expect
    .poll(() => page.getByRole('combobox', { name: 'Project' }).locator('option').allTextContents())
    .toContain('Tree nursery');
  await page.getByRole('combobox', { name: 'Project' }).selectOption('default');
  await page.waitForURL(/\/p\/default/);
  await page.getByRole('combobox', { name: 'Project' }).selectOption('nursery');
  await page.waitForURL(/\/p\/nursery/);
  // The address of the server alone leads to where one was last.
  await page.goto(console.server.url);
  await page.waitForURL(/\/p\/nursery/);

  await go(page, 'Settings');
  const confirm = page.getByLabel('Type Tree nursery to confirm');
  await confirm.fill('Nursery');
  await page.getByRole('button', { name: 'Archive this project' }).click();
  const field = page.getByRole('textbox', { name: 'Type Tree nursery to confirm' });
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  await inspect(page, 'project-danger');
  await confirm.fill('Tree nursery');
  await page.getByRole('button', { name: 'Archive this project' }).click();
  await page.waitForURL(/\/p\/default/);
  expect(await page.getByRole('combobox', { name: 'Project' }).locator('option').allTextContents()).toEqual([
    'Default',
  ]);
  expect(console.complaints).toEqual([]);
});
