import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { demoProtocol, heading, password } from '../support/console-steps.ts';
import { openConsole } from '../support/open-console.ts';

type Role = 'button' | 'checkbox' | 'combobox' | 'link' | 'tab' | 'textbox' | 'region';

/** Presses Tab until the element has the focus; no page has as many stops as it would take to give up. */
async function tabTo(page: Page, role: Role, name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: typeof name === 'string' });
  await wanted.first().waitFor();
  for (let stops = 0; stops < 80; stops += 1) {
    await page.keyboard.press('Tab');
    const [isThere, isSeen] = await wanted
      .first()
      .evaluate((element) => [element === document.activeElement, element.matches(':focus-visible')]);
    if (isThere && isSeen) return;
  }
  throw new Error(`Tab does not lead to the ${role} ${name}`);
}

async function press(page: Page, role: 'button' | 'link', name: string): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press('Enter');
}

async function fill(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, 'textbox', name);
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
}

/** Pastes over all that there is. */
async function replaceText(page: Page, text: string): Promise<void> {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+V');
}

test('by keyboard alone: an account, a copy of the demo agent with a mistake and its correction, a preview with an answer, a key, the timeline', {
  timeout: 120_000,
}, async () => {
  await using console = await openConsole();
  const { page } = console;
  await page.goto(console.ownerLink);
  await fill(page, 'Name', 'Ada');
  await fill(page, 'Email', 'ada@example.com');
  await fill(page, 'Password', password);
  await page.keyboard.press('Enter');
  await heading(page, 'Overview').waitFor();

  // The first stop of each page leads past the navigation.
  await page.reload();
  await heading(page, 'Overview').waitFor();
  await press(page, 'link', 'Skip to content');
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');

  await press(page, 'link', 'To the agents');
  await heading(page, 'Agents').waitFor();
  await press(page, 'link', 'Corner Bakery');
  await heading(page, 'Corner Bakery').waitFor();
  await press(page, 'link', 'Copy');
  await heading(page, 'New agent').waitFor();

  await tabTo(page, 'textbox', 'protocol');
  await replaceText(page, demoProtocol.replace('block: next-message', 'block: nest-message'));
  const finding = page.getByRole('list', { name: 'Findings' }).getByRole('listitem');
  await finding.filter({ hasText: 'nest-message' }).first().waitFor();
  await replaceText(page, demoProtocol);
  await page.getByText('No errors').waitFor();
  // Tab belongs to the text; Escape gives it back to the page.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect
    .poll(() => page.getByRole('textbox', { name: 'protocol' }).textContent())
    .toContain('block: next-message');
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('.cm-editor') === null)).toBe(true);

  await tabTo(page, 'tab', 'Files');
  await page.keyboard.press('ArrowRight');
  await fill(page, 'Name', 'By keyboard');
  await fill(page, 'Slug', 'by-keyboard');
  await press(page, 'button', 'Create the agent');
  await heading(page, 'By keyboard').waitFor();

  await press(page, 'link', 'Preview');
  await press(page, 'button', 'Start');
  await fill(page, 'USER_MESSAGE', 'Please check-stock of rye.');
  await page.keyboard.press('Enter');
  await fill(page, 'Result, as JSON or text', '{"left":7}');
  await press(page, 'button', 'Answer');
  await page.getByText('Answering…').waitFor({ state: 'detached' });
  await tabTo(page, 'region', 'Conversation');

  await press(page, 'link', 'API keys');
  await heading(page, 'API keys').waitFor();
  await press(page, 'button', 'New API key');
  await page.getByRole('dialog').waitFor();
  // The dialog has the focus in its first field, and keeps it.
  await page.keyboard.insertText('production');
  expect(await page.getByRole('checkbox', { name: /^Sessions/ }).isChecked()).toBe(true);
  await tabTo(page, 'button', 'Create the key');
  await page.keyboard.press('Enter');
  await page.getByTestId('new-key').waitFor();
  await press(page, 'button', 'Copy the key');
  await page.getByText('Copied').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('cell', { name: 'production', exact: true }).waitFor();

  await press(page, 'link', 'Sessions');
  await heading(page, 'Sessions').waitFor();
  const id = (await page.getByRole('row').nth(1).getByRole('link').textContent()) ?? '';
  await press(page, 'link', id);
  await heading(page, 'Session').waitFor();
  await tabTo(page, 'tab', 'Conversation');
  await page.keyboard.press('ArrowRight');
  await page.getByText('tool-result', { exact: true }).waitFor();
  expect(console.complaints).toEqual([]);
});
