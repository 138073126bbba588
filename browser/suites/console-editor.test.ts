import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { createAgent, demoProtocol, go, heading, paste, signUp } from '../support/console-steps.ts';
import { inspect, openConsole } from '../support/open-console.ts';

const slowMs = 120_000;

async function openBakery(page: Page): Promise<void> {
  await go(page, 'Agents');
  await page.getByRole('link', { name: 'Corner Bakery' }).click();
  await page.getByRole('textbox', { name: 'protocol' }).waitFor();
}

test('leaving an editor with changes asks first; an older version is compared and restored', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page } = console;
  await signUp(console);
  await go(page, 'Agents');
  await page.getByRole('link', { name: 'Corner Bakery' }).click();
  await page.getByRole('button', { name: 'prompts/system.md' }).click();
  const prompt = page.getByRole('textbox', { name: 'prompts/system' });
  await paste(prompt, 'You only speak of bread.');
  await page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: 'API keys' }).click();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('button', { name: 'Save a new version' }).click();
  await page.getByText('version 2').waitFor();
  await page.getByRole('tab', { name: 'versions' }).click();
  await page.getByRole('button', { name: 'Compare 1 with 2' }).click();
  await page.getByText('+ You only speak of bread.').waitFor();
  await inspect(page, 'agent-versions');
  await page.getByRole('button', { name: 'Restore 1' }).click();
  await page.getByText('version 3').waitFor();
  expect(console.complaints).toEqual([]);
});

test('saving, also by its keys, leaves the writer where they were; the part that is open is in the address', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page } = console;
  await signUp(console);
  await openBakery(page);
  await page.getByRole('button', { name: 'prompts/system.md' }).click();
  const prompt = page.getByRole('textbox', { name: 'prompts/system' });
  await paste(prompt, 'You only speak of bread.');
  await prompt.press('Control+S');
  await page.getByText('version 2').waitFor();
  await prompt.press('End');
  await prompt.pressSequentially(' And of cake.');
  await page.getByText('not saved').waitFor();
  // A look at the flow asks nothing, and what was written can be undone after it.
  await page.getByRole('tab', { name: 'Flow' }).click();
  await page.getByText('tool check-stock').waitFor();
  await page.getByRole('tab', { name: 'Files' }).click();
  await expect.poll(() => prompt.textContent()).toBe('You only speak of bread. And of cake.');
  await prompt.press('Control+Z');
  await expect.poll(() => prompt.textContent()).toContain('You are the shop assistant');
  await prompt.press('Control+S');
  await page.getByText('version 3').waitFor();
  await page.getByRole('tab', { name: 'Flow' }).click();
  await page.reload();
  await page.getByText('tool check-stock').waitFor();
  expect(console.complaints).toEqual([]);
});

test('of two tabs that write the same agent the later one is told, and keeps its text or takes the other', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page } = console;
  await signUp(console);
  await openBakery(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  const write = async (tab: Page, text: string) => {
    await tab.getByRole('button', { name: 'prompts/system.md' }).click();
    await paste(tab.getByRole('textbox', { name: 'prompts/system' }), text);
  };
  const save = (tab: Page) => tab.getByRole('button', { name: 'Save a new version' }).click();
  const text = (tab: Page) => tab.getByRole('textbox', { name: 'prompts/system' }).textContent();

  await write(other, 'Only of cake.');
  await write(page, 'Only of bread.');
  await save(page);
  await page.getByText('version 2').waitFor();
  await save(other);
  await other.getByText('Version 2 was saved meanwhile').waitFor();
  await inspect(other, 'agent-two-tabs');
  await other.getByRole('button', { name: 'Go on with mine' }).click();
  expect(await text(other)).toBe('Only of cake.');
  await save(other);
  await other.getByText('version 3').waitFor();

  await write(page, 'Only of rolls.');
  await save(page);
  await page.getByText('Version 3 was saved meanwhile').waitFor();
  await page.getByRole('button', { name: 'Drop mine' }).click();
  await expect.poll(() => text(page)).toBe('Only of cake.');
  await page.getByText('not saved').waitFor({ state: 'detached' });
  expect(console.complaints).toEqual([]);
});

test('a finding leads to its line; a new agent is told what its settings lack, and what was wrong is forgotten with the next key', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page } = console;
  await signUp(console);
  await go(page, 'Agents');
  await page.getByRole('link', { name: 'New agent' }).click();
  const create = page.getByRole('button', { name: 'Create the agent' });
  await create.click();
  const settings = page.getByRole('tabpanel', { name: 'Settings' });
  await settings.getByText('Give the agent a name').waitFor();
  await inspect(page, 'agent-settings-missing');
  await page.getByLabel('Name').fill('Café Größe');
  await expect.poll(() => page.getByLabel('Slug').inputValue()).toBe('cafe-gro-e');
  await page.getByLabel('Slug').fill('Not a slug');
  await settings.getByText('Give it a slug').waitFor();
  await page.getByLabel('Slug').fill('cafe');

  await page.getByRole('tab', { name: 'Files' }).click();
  const editor = page.getByRole('textbox', { name: 'protocol' });
  await paste(
    editor,
    `${'# nothing here\n'.repeat(200)}${demoProtocol.replace('block: next-message', 'block: nest-message')}`,
  );
  await page.getByText('1 error', { exact: true }).waitFor();
  await create.click();
  await page.getByText('It has errors and was not saved').waitFor();
  await editor.press('Control+Home');
  await page.getByRole('button', { name: /protocol, line 2\d\d/ }).click();
  await expect.poll(() => page.locator('.cm-activeLine').textContent()).toContain('nest-message');
  expect(await page.locator('.cm-activeLine').evaluate((line) => line.closest('.cm-focused') !== null)).toBe(true);
  await paste(editor, demoProtocol);
  await page.getByText('It has errors and was not saved').waitFor({ state: 'detached' });
  await page.getByText('No errors').waitFor();
  await create.click();
  await heading(page, 'Café Größe').waitFor();
  await page.goBack();
  await heading(page, 'Agents').waitFor();

  await page.route('**/agents/validate', (route) => route.abort());
  await page.getByRole('link', { name: 'Café Größe' }).click();
  await page.getByText('Not checked: the server does not answer').waitFor();
  expect(console.complaints).toEqual([]);
});

test('more versions than one page has are reached; a comparison that fails says so', {
  timeout: slowMs,
}, async () => {
  await using console = await openConsole();
  const { page, server, apiKey } = console;
  await signUp(console);
  const agentId = await createAgent(console, {
    slug: 'often',
    protocol: demoProtocol,
    prompts: { system: 'Version 1', 'user-message': '{{USER_MESSAGE}}' },
  });
  const headers = { authorization: `Bearer ${apiKey}` };
  for (let version = 2; version <= 103; version += 1) {
    const body = JSON.stringify({ settings: { description: `Version ${version}` } });
    await fetch(`${server.url}/api/agents/${agentId}`, { method: 'PATCH', headers, body });
  }
  await page.goto(`${server.url}/p/default/agents/${agentId}?tab=versions`);
  await page.getByText('103 (current)').waitFor();
  await expect.poll(() => page.getByRole('row').count()).toBe(101);
  await page.getByRole('button', { name: 'Older versions' }).click();
  await expect.poll(() => page.getByRole('row').count()).toBe(104);
  await page.route('**/versions/1', (route) => route.abort());
  await page.getByRole('button', { name: 'Compare 1 with 103' }).click();
  await page.getByRole('alert').getByText('The server does not answer').waitFor({ timeout: 20_000 });
  await page.unroute('**/versions/1');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('+   "description": "Version 103",').waitFor();
  expect(console.complaints).toEqual([]);
});
