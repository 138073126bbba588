import { OctavusClient } from '@octavus/server-sdk';
import type { Agents } from './agents.js';

/** What the generated types allow, and what they refuse. */
export async function use(): Promise<void> {
  const { agentSessions } = new OctavusClient({ baseUrl: 'http://localhost:6282', apiKey: 'oct_sk_…' });
  const session = agentSessions.attach<Agents['weather-desk']>('s1', {
    tools: { 'get-weather': async ({ city }) => ({ city: city.toUpperCase() }) },
  });
  session.execute({ type: 'trigger', triggerName: 'user-message', input: { USER_MESSAGE: 'Hello' } });
  session.trigger('user-message', { USER_MESSAGE: 'Hello' });
  // @ts-expect-error there is no such trigger
  session.trigger('wave', {});
  // @ts-expect-error an input of another type
  session.trigger('user-message', { USER_MESSAGE: 1 });
  // @ts-expect-error there is no such tool
  agentSessions.attach<Agents['weather-desk']>('s1', { tools: { 'get-wether': async () => 1 } });
  // @ts-expect-error there is no such agent
  agentSessions.attach<Agents['desk']>('s1');
}
