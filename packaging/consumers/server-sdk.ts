import {
  type AgentSession,
  ApiError,
  collect,
  defineTool,
  OctavusClient,
  type StreamEvent,
  type ToolHandlers,
  toSSEStream,
} from '@octavus/server-sdk';
import { z } from 'zod';

const client: OctavusClient = new OctavusClient({ baseUrl: 'http://127.0.0.1:1', apiKey: 'key' });
const headers: Record<string, string> = client.getHeaders();
if (headers.Authorization !== 'Bearer key') throw new Error('not the headers');

const tools: ToolHandlers = {
  'find-order': async (args) => ({ order: args.order }),
  'count-orders': defineTool({ parameters: z.object({ of: z.string() }), handler: ({ of }) => of.length }),
};
const session = client.agentSessions.attach('session', { tools });
const same: AgentSession = session;
const id: string = session.getSessionId();
if (id !== same.getSessionId()) throw new Error('not the session');

async function main(): Promise<void> {
  const events: AsyncGenerator<StreamEvent> = session.execute({ type: 'trigger', triggerName: 'user-message' });
  const stream: ReadableStream<Uint8Array> = toSSEStream(events);
  await stream.cancel();
  const { text, finishReason } = await collect(
    session.execute({ type: 'trigger', triggerName: 'x' }, { signal: AbortSignal.abort() }),
  );
  if (text !== '' || finishReason !== 'stop') throw new Error('not stopped');
  const failure: unknown = await client.agents.list().catch((error: unknown) => error);
  if (failure instanceof ApiError || !(failure instanceof TypeError)) throw new Error('not refused');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
declare const process: { exitCode: number };
