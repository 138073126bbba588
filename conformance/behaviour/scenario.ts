import type * as Published from '@octavus/server-sdk';
import { type ScriptedAnswer, type SeenRequest, serveAnswers } from '../support/scripted-server.ts';

/** What both packages export, as the published types describe it. */
export type Sdk = typeof Published;

/** One thing that an application does with the SDK, on a server that follows a script. */
export interface Scenario {
  readonly name: string;
  readonly answers?: readonly ScriptedAnswer[];
  /** @returns what the application can observe. */
  readonly run: (sdk: Sdk, setting: Setting) => unknown;
  /** Where the packages part, on purpose. Without it both must show the same. */
  readonly differs?: { readonly published: unknown; readonly ours: unknown; readonly because: string };
}

export interface Setting {
  readonly client: Published.OctavusClient;
  readonly requests: readonly SeenRequest[];
}

/** What the application sees, as JSON would show it; keys that are `undefined` are not there. */
export async function observe(sdk: Sdk, { answers = [], run }: Scenario): Promise<unknown> {
  await using server = await serveAnswers(answers);
  const client = new sdk.OctavusClient({ baseUrl: `${server.url}/`, apiKey: 'key' });
  const seen = await Promise.resolve()
    .then(() => run(sdk, { client, requests: server.requests }))
    .catch((error: Error) => ({ thrown: error.name, message: error.message }));
  return JSON.parse(JSON.stringify(seen ?? null));
}

type Options = Parameters<Published.AgentSessionsApi['attach']>[1];

export const say = { type: 'trigger', triggerName: 'user-message', input: { USER_MESSAGE: 'hi' } } as const;

/** Fires a trigger. @returns the events, and the bodies that were sent. */
export async function fire(
  { client, requests }: Setting,
  options: Options = {},
  request: Published.SessionRequest = say,
  signal?: AbortSignal,
): Promise<{ events: Published.StreamEvent[]; bodies: unknown[] }> {
  const events: Published.StreamEvent[] = [];
  for await (const event of client.agentSessions.attach('s1', options).execute(request, { signal })) events.push(event);
  return { events, bodies: requests.map(({ body }) => body) };
}

export const start = { type: 'start', messageId: 'm1', executionId: 'exec_1' };
export const delta = { type: 'text-delta', id: 't1', delta: 'Hello' };
export const finish = { type: 'finish', finishReason: 'stop' };
export const paused = { type: 'finish', finishReason: 'tool-calls', executionId: 'exec_1' };
export const failed = {
  type: 'error',
  errorType: 'internal_error',
  message: 'm',
  retryable: false,
  source: 'platform',
};

export function ask(...names: readonly string[]): object {
  const toolCalls = names.map((name) => ({ toolCallId: `call_${name}`, toolName: name, args: { of: name } }));
  return { type: 'tool-request', toolCalls };
}
