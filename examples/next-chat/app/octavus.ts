import { OctavusClient } from '@octavus/server-sdk';

const { OCTAVUS_URL: baseUrl = 'http://localhost:6282', OCTAVUS_API_KEY: apiKey } = process.env;

export const client = new OctavusClient({ baseUrl, apiKey });

/** @returns the id of a new session with the agent that `OCTAVUS_AGENT_ID` names. */
export function openSession(): Promise<string> {
  const agentId = process.env.OCTAVUS_AGENT_ID;
  if (!agentId) throw new Error('Set OCTAVUS_AGENT_ID to the id of an agent');
  return client.agentSessions.create(agentId);
}
