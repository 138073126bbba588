import { describe, expect, test } from 'vitest';
import { createModels } from './resolve.ts';

const failure = (id: string, models = createModels()) => {
  const resolved = models.resolve(id);
  return 'failure' in resolved ? resolved.failure : undefined;
};

describe('resolve', () => {
  test('a provider without a key names the variable to set', () => {
    expect(failure('anthropic/claude-opus-4-8')).toEqual({
      errorType: 'authentication_error',
      code: 'PROVIDER_NOT_CONFIGURED',
      message: 'Set ANTHROPIC_API_KEY to use anthropic/… models.',
      retryable: false,
      source: 'platform',
      provider: { name: 'anthropic' },
    });
    expect(failure('x-ai/grok-4.3')?.message).toContain('XAI_API_KEY');
    expect(failure('google/gemini-2.5-pro')?.message).toContain('GOOGLE_GENERATIVE_AI_API_KEY');
  });

  test('an unknown provider is answered with the known ones', () => {
    const unknown = failure('vercel/some-model', createModels({ compatible: { lab: { baseURL: 'http://h/v1' } } }));
    expect(unknown).toMatchObject({ errorType: 'validation_error', source: 'platform', retryable: false });
    for (const id of ['offline', 'anthropic', 'ollama', 'lab']) expect(unknown?.message).toContain(id);
  });

  test('xai is answered with a hint at x-ai', () => {
    expect(failure('xai/grok-4.3')?.message).toContain('Did you mean x-ai?');
  });

  test.each([
    '',
    'gpt-4o',
    'openai/',
    '/x',
    'OpenAI/gpt-4o',
    'openai/gpt 4o',
    'openai//x',
    `openai/${'\n'}`,
    'a'.repeat(1e6),
  ])('the malformed id %j fails without a call', (id) => {
    const malformed = failure(id);
    expect(malformed?.errorType).toBe('validation_error');
    expect(malformed?.message.length).toBeLessThan(300);
  });

  test('an id that is no text at all fails the same way', () => {
    expect(failure(undefined as unknown as string)?.errorType).toBe('validation_error');
    expect(failure({} as unknown as string)?.errorType).toBe('validation_error');
  });

  test('ollama, offline and configured servers need no key; a model id may hold slashes', () => {
    const models = createModels({ compatible: { lab: { baseURL: 'http://h/v1' } }, openrouter: { apiKey: 'k' } });
    for (const id of [
      'ollama/llama3.2:3b',
      'offline/default',
      'offline/anything-else',
      'lab/org/model',
      'openrouter/a/b',
    ]) {
      const resolved = models.resolve(id);
      expect('model' in resolved && resolved.model.id).toBe(id);
      expect('model' in resolved && resolved.model.provider).toBe(id.slice(0, id.indexOf('/')));
    }
  });

  test('inherited names are no providers', () => {
    for (const id of ['constructor/x', 'toString/x', 'hasownproperty/x']) {
      expect(failure(id)?.errorType).toBe('validation_error');
    }
  });

  test('providers are listed with whether they can be used', () => {
    const models = createModels({ openai: { apiKey: 'k' }, compatible: { lab: { baseURL: 'http://h/v1' } } });
    expect(models.providers()).toEqual([
      { id: 'offline', configured: true },
      { id: 'anthropic', configured: false },
      { id: 'google', configured: false },
      { id: 'openai', configured: true },
      { id: 'x-ai', configured: false },
      { id: 'openrouter', configured: false },
      { id: 'ollama', configured: true },
      { id: 'lab', configured: true },
    ]);
  });

  test('every listed model belongs to a provider and has an id that resolves', () => {
    const key = { apiKey: 'k' };
    const models = createModels({ anthropic: key, openai: key, google: key, 'x-ai': key, openrouter: key });
    for (const { id, provider } of models.list()) {
      const resolved = models.resolve(id);
      expect('model' in resolved && resolved.model.provider).toBe(provider);
    }
    expect(new Set(models.list().map(({ id }) => id)).size).toBe(models.list().length);
  });
});
