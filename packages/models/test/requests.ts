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
