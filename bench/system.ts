import { type AnswerSpec, toQuestion } from './answer.ts';

/** Something that stands between a client and the model, and how to run a turn on it. */
export interface System {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Makes a conversation; its id is part of the path of its turns. */
  open(): Promise<string>;
  readonly turnPath: (id: string) => string;
  readonly turnBody: (spec: AnswerSpec) => string;
  /** The text in one event, if any. @throws when the event says that the turn failed. */
  readonly textIn: (data: string) => string;
}

interface ChatChunk {
  readonly choices: readonly { readonly delta?: { readonly content?: string } }[];
}

export function floorSystem(url: string, pid: number): System {
  return {
    name: 'floor',
    url,
    pid,
    headers: {},
    open: async () => '',
    turnPath: () => '/',
    turnBody: (spec) =>
      JSON.stringify({ model: 'bench', stream: true, messages: [{ role: 'user', content: toQuestion(spec) }] }),
    textIn: (data) => (JSON.parse(data) as ChatChunk).choices[0]?.delta?.content ?? '',
  };
}

const protocol = `
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
agent:
  model: bench/model
  system: system
handlers:
  user-message:
    Add message:
      block: add-message
      role: user
      prompt: user-message
      input: [USER_MESSAGE]
    Answer:
      block: next-message
`;

/** @param key an API key with the permissions agents and sessions. */
export async function octavusSystem(url: string, pid: number, key: string): Promise<System> {
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  const post = async (path: string, body: object): Promise<Record<string, string>> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as Record<string, string>;
  };
  const { agentId } = await post('/api/agents', {
    settings: { slug: 'bench', name: 'Bench', format: 'interactive' },
    protocol,
    prompts: [
      { name: 'system', content: 'You answer as you are told.' },
      { name: 'user-message', content: '{{USER_MESSAGE}}' },
    ],
  });
  return {
    name: 'octavus',
    url,
    pid,
    headers,
    open: async () => (await post('/api/agent-sessions', { agentId })).sessionId ?? '',
    turnPath: (id) => `/api/agent-sessions/${id}/trigger`,
    turnBody: (spec) => JSON.stringify({ triggerName: 'user-message', input: { USER_MESSAGE: toQuestion(spec) } }),
    textIn: readOctavusEvent,
  };
}

function readOctavusEvent(data: string): string {
  const event = JSON.parse(data) as { readonly type: string; readonly delta?: string };
  if (event.type === 'error') throw new Error(data);
  return event.type === 'text-delta' ? (event.delta ?? '') : '';
}
