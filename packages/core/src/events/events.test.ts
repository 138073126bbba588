import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type StreamEvent, streamEventSchema } from './index.ts';

const workerId = 'cw1k6w3b8q5x0m2tr2d7y4n9';

/** One of each event, with its optional fields. */
const examples: StreamEvent[] = [
  { type: 'start', messageId: '1-a', executionId: 'exec_1', lastMessageId: '0-a', sessionId: 'cs' },
  { type: 'finish', finishReason: 'tool-calls', executionId: 'exec_1' },
  {
    type: 'error',
    errorType: 'provider_overloaded',
    message: 'The model provider is overloaded',
    retryable: true,
    source: 'provider',
    retryAfter: 20,
    code: 'ANTHROPIC_529',
    provider: { name: 'anthropic', model: 'm', statusCode: 529, errorType: 'overloaded_error', requestId: 'r' },
    tool: { name: 't', callId: 'c' },
  },
  { type: 'text-start', id: 'txt-1', responseType: 'CareCard', workerId },
  { type: 'text-delta', id: 'txt-1', delta: 'Hi', workerId },
  { type: 'text-end', id: 'txt-1', workerId },
  { type: 'reasoning-start', id: 'rsn-1', workerId },
  { type: 'reasoning-delta', id: 'rsn-1', delta: 'Hm', workerId },
  { type: 'reasoning-end', id: 'rsn-1', workerId },
  { type: 'tool-input-start', toolCallId: 'c', toolName: 't', title: 'T', display: 'title', workerId },
  { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '{}', workerId },
  { type: 'tool-input-end', toolCallId: 'c', workerId },
  { type: 'tool-input-available', toolCallId: 'c', toolName: 't', input: {}, workerId },
  { type: 'tool-output-available', toolCallId: 'c', output: null, workerId },
  { type: 'tool-output-error', toolCallId: 'c', error: 'No', workerId },
  {
    type: 'tool-request',
    toolCalls: [
      {
        toolCallId: 'c',
        toolName: 't',
        args: {},
        source: 'block',
        outputVariable: 'SLOT',
        blockIndex: 1,
        thread: 'draft',
        workerId,
      },
    ],
    workerId,
  },
  {
    type: 'client-tool-request',
    executionId: 'exec_1',
    toolCalls: [],
    serverToolResults: [{ toolCallId: 'c', result: null }],
  },
  { type: 'source', sourceType: 'url', id: 'src-1', url: 'https://plants.example', title: 'Scale', workerId },
  { type: 'source', sourceType: 'document', id: 'src-2', mediaType: 'text/plain', title: 'T', filename: 'f', workerId },
  { type: 'file-available', id: 'f', mediaType: 'image/png', url: 'u', filename: 'f.png', size: 1, toolCallId: 'c' },
  { type: 'todo-update', todos: [{ id: '1', content: 'Check pests', status: 'in_progress' }], workerId },
  { type: 'resource-update', name: 'PLAN', value: '' },
  {
    type: 'block-start',
    blockId: 'p2r7-1',
    blockName: 'Answer',
    blockType: 'next-message',
    display: 'stream',
    description: 'd',
    outputToChat: true,
    thread: 'draft',
    workerId,
  },
  { type: 'block-end', blockId: 'p2r7-1', summary: 's', workerId },
  { type: 'worker-input-start', workerId, workerSlug: 'writer', description: 'd' },
  { type: 'worker-input-delta', workerId, delta: '{}' },
  { type: 'worker-input-ready', workerId, input: {} },
  { type: 'worker-start', workerId, workerSlug: 'writer', description: 'd', input: {} },
  { type: 'worker-result', workerId, output: 1, error: 'Cancelled', cancelled: true },
  {
    type: 'usage',
    cost: { currency: 'USD', bandwidthFee: 0, providerFee: 0, totalFee: 0, byok: true, estimatedProviderFee: 0 },
    tokens: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  },
];

describe('stream events', () => {
  test.each(examples.map((event) => [event.type, event] as const))('%s parses to itself', (_type, event) => {
    expect(streamEventSchema.parse(event)).toEqual(event);
  });

  test('every event of the union has an example', () => {
    const covered = new Set(examples.map((event) => event.type));
    expect([...covered]).toHaveLength(streamEventSchema.options.length);
  });

  test('fields of a newer server are kept, at every depth', () => {
    const event = { type: 'todo-update', todos: [{ id: '1', content: 'x', status: 'pending', due: 1 }], priority: 2 };
    expect(streamEventSchema.parse(event)).toEqual(event);
  });

  test.each([
    { type: 'unheard-of' },
    { type: 'text-delta', id: 'txt-1' },
    { type: 'tool-input-available', toolCallId: 'c', toolName: 't' },
    { type: 'start', lastMessageId: null },
    { type: 'finish', finishReason: 'done' },
    { type: 'block-start', blockId: 'b', blockName: 'n', blockType: 't', display: 'loud' },
    { type: 'source', sourceType: 'url', id: 's' },
    null,
    [],
    'start',
  ])('%j is refused', (value) => {
    expect(streamEventSchema.safeParse(value).success).toBe(false);
  });

  test('the union has a JSON Schema', () => {
    expect(JSON.stringify(z.toJSONSchema(streamEventSchema))).toContain('inputTextDelta');
  });
});
