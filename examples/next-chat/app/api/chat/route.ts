import { type SessionRequest, toSSEStream } from '@octavus/server-sdk';
import { client } from '../../octavus';

/** Passes what the page sends on to its session; leaving the page stops the answer. */
export async function POST(request: Request): Promise<Response> {
  const { sessionId, ...body } = (await request.json()) as SessionRequest & { sessionId: string };
  const events = client.agentSessions.attach(sessionId).execute(body as SessionRequest, { signal: request.signal });
  return new Response(toSSEStream(events), { headers: { 'content-type': 'text/event-stream' } });
}
