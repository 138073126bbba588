import { beforeAll, describe, expect, test } from 'vitest';
import { shopDesk } from '../support/agents.ts';
import { grammarMistakes } from '../support/grammar.ts';
import { find, textOf, typesOf } from '../support/leg.ts';
import { wireFormats } from '../support/providers.ts';
import { setUp } from '../support/set-up.ts';

const setting = setUp(() => ({ env: { OPENAI_COMPATIBLE_NOWHERE_BASE_URL: 'http://127.0.0.1:9/v1' } }));
const say = (text: string) => ({ triggerName: 'user-message', input: { USER_MESSAGE: text } });

async function newSession(model: string): Promise<string> {
  return setting.api.createSession(await setting.api.createAgent(shopDesk(model)));
}

const answers = [
  { status: 400, type: 'validation_error', retryable: false },
  { status: 401, type: 'authentication_error', retryable: false },
  { status: 403, type: 'permission_error', retryable: false },
  { status: 404, type: 'not_found_error', retryable: false },
  { status: 429, type: 'rate_limit_error', retryable: true },
  { status: 500, type: 'provider_error', retryable: true },
  { status: 503, type: 'provider_overloaded', retryable: true },
  { status: 529, type: 'provider_overloaded', retryable: true },
] as const;

describe.each(wireFormats)('$provider', ({ provider, model, prefix }) => {
  test.concurrent.each(answers)(
    '[sse.errors.types] [sse.errors.fields] [sse.errors.last] [sse.done] $status is $type',
    async ({ status, type, retryable }) => {
      const question = `fail ${provider} with ${status}`;
      setting.models.onMessage(question, {
        error: {
          message: `No luck (${status}), key sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789`,
          type: 'test_error',
        },
        status,
      });
      const sessionId = await newSession(model);
      const leg = await setting.api.trigger(sessionId, say(question));
      expect(grammarMistakes(leg.events)).toEqual([]);
      expect(typesOf(leg.events)).toEqual(['start', 'block-start', 'error']);
      expect(leg.done).toBe(true);
      expect(leg.events.at(-1)).toMatchObject({
        errorType: type,
        retryable,
        source: 'provider',
        code: `${prefix}_${status}`,
        message: expect.stringContaining(`No luck (${status})`),
        provider: { name: provider, statusCode: status },
      });
      expect(leg.raw).not.toContain('sk-ant-api03');
      expect(leg.raw).not.toContain(`${provider}-test-key`);
      setting.models.prependFixture({
        match: { userMessage: `and now ${question}` },
        response: { content: 'Recovered.' },
      });
      expect(textOf((await setting.api.trigger(sessionId, say(`and now ${question}`))).events)).toBe('Recovered.');
    },
  );

  test('[sse.errors.network] [sse.example.failure] [sse.errors.kept] a stream that breaks off keeps what came', async () => {
    const question = `break off ${provider}`;
    setting.models.onMessage(
      question,
      { content: 'Roses need a lot of patience and of water.' },
      { chunkSize: 5, latency: 20, truncateAfterChunks: 7 },
    );
    const sessionId = await newSession(model);
    const leg = await setting.api.trigger(sessionId, say(question));
    expect(grammarMistakes(leg.events)).toEqual([]);
    expect(leg.done).toBe(true);
    const error = find(leg.events, 'error');
    expect(error).toMatchObject({
      errorType: 'provider_error',
      retryable: true,
      source: 'provider',
      code: `${prefix}_NETWORK`,
    });
    expect(typesOf(leg.events)).not.toContain('text-end');
    const partial = textOf(leg.events);
    expect('Roses need a lot of patience and of water.'.startsWith(partial)).toBe(true);
    expect(partial).not.toBe('');
    const { messages } = (await setting.api.get(`/api/agent-sessions/${sessionId}?format=ui`)).json;
    expect(messages.at(-1)).toMatchObject({
      role: 'assistant',
      status: 'done',
      parts: [{ type: 'text', text: partial, status: 'done' }],
    });
    setting.models.prependFixture({ match: { userMessage: `again ${question}` }, response: { content: 'Whole.' } });
    expect(textOf((await setting.api.trigger(sessionId, say(`again ${question}`))).events)).toBe('Whole.');
  });
});

describe('special answers', () => {
  beforeAll(() => {
    setting.models.onMessage('quota is gone', {
      error: { message: 'You exceeded your current quota', type: 'insufficient_quota', code: 'insufficient_quota' },
      status: 429,
    });
    setting.models.onMessage('wait a while', {
      error: { message: 'Slow down', type: 'rate_limit_error' },
      status: 429,
      retryAfter: 37,
    });
    setting.models.onMessage('too much context', {
      error: { message: 'prompt is too long: 210000 tokens > 200000 maximum', type: 'invalid_request_error' },
      status: 400,
    });
  });

  test('[sse.errors.types] a used-up quota is not a rate limit', async () => {
    const { events } = await setting.api.trigger(await newSession('openai/gpt-4.1-mini'), say('quota is gone'));
    expect(find(events, 'error')).toMatchObject({
      errorType: 'quota_exceeded_error',
      retryable: false,
      code: 'OPENAI_429',
    });
  });

  test('[sse.errors.fields] the time to wait is passed on', async () => {
    const { events } = await setting.api.trigger(await newSession('anthropic/claude-sonnet-4-5'), say('wait a while'));
    expect(find(events, 'error')).toMatchObject({ errorType: 'rate_limit_error', retryAfter: 37 });
  });

  test('[sse.errors.types] a prompt over the context length is CONTEXT_OVERFLOW', async () => {
    const { events } = await setting.api.trigger(
      await newSession('anthropic/claude-sonnet-4-5'),
      say('too much context'),
    );
    expect(find(events, 'error')).toMatchObject({
      errorType: 'validation_error',
      retryable: false,
      code: 'CONTEXT_OVERFLOW',
    });
  });

  test('[sse.errors.unconfigured] a provider without a key says which variable to set', async () => {
    const { events } = await setting.api.trigger(await newSession('x-ai/grok-4'), say('hello'));
    expect(find(events, 'error')).toMatchObject({
      errorType: 'authentication_error',
      source: 'platform',
      retryable: false,
      code: 'PROVIDER_NOT_CONFIGURED',
      message: expect.stringContaining('XAI_API_KEY'),
    });
  });

  test('[sse.errors.network] a provider that is not there is a network failure', async () => {
    const { events } = await setting.api.trigger(await newSession('nowhere/model'), say('hello'));
    expect(find(events, 'error')).toMatchObject({
      errorType: 'provider_error',
      retryable: true,
      code: 'NOWHERE_NETWORK',
    });
  });
});
