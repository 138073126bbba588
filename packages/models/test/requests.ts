import type { ModelRequest, ModelSettings, ModelStreamPart, ModelTool, ProviderFailure } from '@octavus/core';

/** A request that says `Hi`, unless told otherwise. */
export function aRequest(overrides: Partial<ModelRequest> = {}): ModelRequest {
  return {
    system: ['You are brief.'],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    tools: [],
    toolChoice: 'auto',
    settings: { speed: 'standard', cache: 'auto' },
    ...overrides,
  };
}

/** Other settings of a request. */
export function settings(overrides: Partial<ModelSettings>): Partial<ModelRequest> {
  return { settings: { speed: 'standard', cache: 'auto', ...overrides } };
}

export const weatherTool: ModelTool = {
  name: 'get-weather',
  description: 'Get the current weather for a city',
  inputSchema: {
    type: 'object',
    properties: {
      city: { type: 'string', description: 'Name of the city' },
      units: { type: 'string', enum: ['metric', 'imperial'] },
    },
    required: ['city'],
    additionalProperties: false,
  },
  isStrictCapable: true,
};

export const ordersTool: ModelTool = {
  name: 'search-orders',
  description: 'Search the orders of a customer',
  inputSchema: {
    type: 'object',
    properties: { email: { type: 'string' } },
    required: ['email'],
    additionalProperties: false,
  },
  isStrictCapable: true,
};

export function textOf(parts: readonly ModelStreamPart[]): string {
  return parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join('');
}

export function reasoningOf(parts: readonly ModelStreamPart[]): string {
  return parts.map((part) => (part.type === 'reasoning-delta' ? part.delta : '')).join('');
}

export function callsOf(parts: readonly ModelStreamPart[]): { toolName: string; input: unknown }[] {
  return parts.flatMap((part) =>
    part.type === 'tool-call' ? [{ toolName: part.toolName, input: JSON.parse(part.input) as unknown }] : [],
  );
}

export function failureOf(parts: readonly ModelStreamPart[]): ProviderFailure {
  const last = parts.at(-1);
  if (last?.type !== 'error') throw new Error(`expected a failure, got ${JSON.stringify(last)}`);
  return last.failure;
}

export async function collect(stream: AsyncIterable<readonly ModelStreamPart[]>): Promise<ModelStreamPart[]> {
  const parts: ModelStreamPart[] = [];
  for await (const batch of stream) parts.push(...batch);
  return parts;
}

/** A format that strict models take. */
export const bookingFormat = {
  name: 'Booking',
  description: 'A booked room',
  isStrictCapable: true,
  schema: {
    type: 'object',
    properties: { room: { type: 'string' }, note: { type: 'string' } },
    required: ['room'],
    additionalProperties: false,
  },
} as const;

/** Two questions, the second answered by a call of a tool and its result. */
export const conversation: ModelRequest['messages'] = [
  { role: 'user', content: [{ type: 'text', text: 'one' }] },
  { role: 'assistant', content: [{ type: 'text', text: 'two' }] },
  { role: 'user', content: [{ type: 'text', text: 'three' }] },
  {
    role: 'assistant',
    content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'get-weather', input: { city: 'Rome' } }],
  },
  {
    role: 'tool',
    content: [
      { type: 'tool-result', toolCallId: 'c1', toolName: 'get-weather', output: { kind: 'result', value: 'sun' } },
    ],
  },
];

/** What a PNG begins with. */
export const png = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);
