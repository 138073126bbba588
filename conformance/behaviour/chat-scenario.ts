import type * as Published from '@octavus/client-sdk';
import { type ScriptedAnswer, type SeenRequest, serveAnswers } from '../support/scripted-server.ts';

/** What both packages export, as the published types describe it. */
export type ClientSdk = typeof Published;
type Options = Partial<Published.OctavusChatOptions>;

/** One thing that an application does with a chat, on a server that follows a script. */
export interface ChatScenario {
  readonly name: string;
  readonly answers?: readonly ScriptedAnswer[];
  readonly options?: Options;
  /** @returns what the application can observe. Default: sends a message and looks at everything. */
  readonly run?: (setting: ChatSetting) => unknown;
}

/** Where the packages part, on purpose: what each shows. */
export interface ChatDifference extends ChatScenario {
  readonly published: unknown;
  readonly ours: unknown;
  readonly because: string;
}

export interface ChatSetting {
  readonly sdk: ClientSdk;
  readonly chat: Published.OctavusChat;
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Statuses in the order in which listeners saw them, without repetitions. */
  readonly statuses: readonly string[];
  /** Callbacks in the order in which they came. */
  readonly told: readonly unknown[];
  /** Resolves when the chat passes, at once or after a change. */
  until(passes: (chat: Published.OctavusChat) => boolean): Promise<void>;
}

export const hello = { USER_MESSAGE: 'Hello' };

/** What the application sees, as JSON would show it; keys that are `undefined` are not there. */
export async function observeChat(sdk: ClientSdk, scenario: ChatScenario): Promise<unknown> {
  const { answers = [], options, run = sendAndLook } = scenario;
  await using server = await serveAnswers(answers);
  const statuses: string[] = [];
  const told: unknown[] = [];
  const chat = new sdk.OctavusChat({
    transport: httpTransport(sdk, server.url),
    onError: ({ errorType }) => told.push(['error', errorType]),
    onFinish: () => told.push('finish'),
    onStop: () => told.push('stop'),
    onResourceUpdate: (name, value) => told.push([name, value]),
    ...options,
  });
  chat.subscribe(() => {
    if (statuses.at(-1) !== chat.status) statuses.push(chat.status);
  });
  const until: ChatSetting['until'] = (passes) =>
    new Promise((resolve) => {
      const check = () => {
        if (!passes(chat)) return;
        unsubscribe();
        resolve();
      };
      const unsubscribe = chat.subscribe(check);
      queueMicrotask(check);
    });
  const setting = { sdk, chat, url: server.url, requests: server.requests, statuses, told, until };
  return asJson(await run(setting));
}

export async function sendAndLook(setting: ChatSetting): Promise<unknown> {
  await setting.chat.send('user-message', hello, { userMessage: { content: 'Hello' } });
  return look(setting);
}

/** Sends, and waits for what follows from client tools. */
export async function sendAndWait(setting: ChatSetting): Promise<unknown> {
  await setting.chat.send('user-message', hello);
  await setting.until(({ status }) => status === 'idle' || status === 'error');
  return look(setting);
}

/** Everything there is to see. */
export function look({ chat, statuses, told, requests }: ChatSetting): object {
  return { messages: messagesOf(chat), statuses, told, error: errorOf(chat), sent: requests.map(({ body }) => body) };
}

/** Messages without what is made by chance: ids and times. */
export function messagesOf({ messages }: Published.OctavusChat): object[] {
  return messages.map(({ role, status, parts }) => ({ role, status, parts }));
}

export const partsOf = ({ messages }: Published.OctavusChat) => messages.at(-1)?.parts;

export function errorOf({ error }: Published.OctavusChat): object | undefined {
  if (!error) return undefined;
  const { errorType, message, source, retryable, retryAfter, code } = error;
  return { errorType, message, source, retryable, retryAfter, code };
}

function httpTransport(sdk: ClientSdk, url: string): Published.Transport {
  return sdk.createHttpTransport({
    request: (body, options) =>
      fetch(url, { method: 'POST', body: JSON.stringify(body), signal: options?.signal ?? null }),
  });
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
