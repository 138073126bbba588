import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import type { OpenConsole } from './open-console.ts';

/** The protocol of the agent that the first start makes. */
export const demoProtocol = await readFile(
  new URL('../../apps/server/src/first-run/demo-agent/protocol.yaml', import.meta.url),
  'utf8',
);

/** The password of every account that the suites make. */
export const password = 'greenhouse at night';

/** Makes the first account. */
export async function signUp({ page, ownerLink }: OpenConsole): Promise<void> {
  await page.goto(ownerLink);
  await page.getByLabel('Name').fill('Ada');
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await heading(page, 'Overview').waitFor();
}

export async function signIn(page: Page, email: string, secret: string = password): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export function heading(page: Page, name: string): Locator {
  return page.getByRole('heading', { level: 1, name });
}

/** Opens a page of the project by the navigation. */
export async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name }).click();
  await heading(page, name).waitFor();
}

/** Replaces the text of an editor as somebody who pastes does. */
export async function paste(editor: Locator, text: string): Promise<void> {
  await editor.press('Control+A');
  await editor.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** The files of an agent, as they are posted. */
export interface NewAgent {
  readonly slug: string;
  readonly name?: string;
  readonly format?: 'interactive' | 'worker';
  readonly protocol: string;
  readonly prompts: Readonly<Record<string, string>>;
}

/** Makes an agent with the API key of the first start. @returns its id. */
export async function createAgent({ server, apiKey }: OpenConsole, agent: NewAgent): Promise<string> {
  const { slug, name = slug, format = 'interactive', protocol, prompts } = agent;
  const { agentId } = await postApi(server.url, apiKey, '/api/agents', {
    settings: { slug, name, format },
    protocol,
    prompts: Object.entries(prompts).map(([prompt, content]) => ({ name: prompt, content })),
  });
  return agentId as string;
}

/** Opens a session with the API key of the first start. @returns its id. */
export async function openSession({ server, apiKey }: OpenConsole, agentId: string): Promise<string> {
  const { sessionId } = await postApi(server.url, apiKey, '/api/agent-sessions', { agentId });
  return sessionId as string;
}

/** Fires a trigger with the API key of the first start. @returns when the answer has ended. */
export async function fire(
  { server, apiKey }: OpenConsole,
  sessionId: string,
  trigger: { readonly triggerName: string; readonly input: Readonly<Record<string, unknown>> },
): Promise<void> {
  await postApi(server.url, apiKey, `/api/agent-sessions/${sessionId}/trigger`, trigger);
}

/** @throws Error with the answer when it is no success. */
async function postApi(url: string, apiKey: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {};
}
