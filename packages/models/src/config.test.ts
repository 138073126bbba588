import { describe, expect, test } from 'vitest';
import { modelsConfigFromEnv } from './config.ts';

describe('modelsConfigFromEnv', () => {
  test('an empty environment configures nothing', () => {
    expect(modelsConfigFromEnv({})).toEqual({});
  });

  test('each hosted provider has a key and a base URL', () => {
    expect(
      modelsConfigFromEnv({
        ANTHROPIC_API_KEY: ' a ',
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
        OPENAI_API_KEY: 'b',
        GOOGLE_GENERATIVE_AI_API_KEY: 'c',
        XAI_API_KEY: 'd',
        OPENROUTER_API_KEY: 'e',
        OLLAMA_BASE_URL: 'http://gpu:11434/v1',
      }),
    ).toEqual({
      anthropic: { apiKey: 'a', baseURL: 'http://127.0.0.1:1' },
      openai: { apiKey: 'b' },
      google: { apiKey: 'c' },
      'x-ai': { apiKey: 'd' },
      openrouter: { apiKey: 'e' },
      ollama: { baseURL: 'http://gpu:11434/v1' },
    });
  });

  test('a blank variable counts as unset', () => {
    expect(modelsConfigFromEnv({ OPENAI_API_KEY: '  ', OPENAI_COMPATIBLE_X_BASE_URL: '' })).toEqual({});
  });

  test('a compatible server takes its name from its variable, lower case with dashes', () => {
    expect(
      modelsConfigFromEnv({
        OPENAI_COMPATIBLE_MY_VLLM_BASE_URL: 'http://10.0.0.1:8000/v1',
        OPENAI_COMPATIBLE_MY_VLLM_API_KEY: 'k',
        OPENAI_COMPATIBLE_MOCK_BASE_URL: 'http://127.0.0.1:17070/v1',
      }).compatible,
    ).toEqual({
      'my-vllm': { baseURL: 'http://10.0.0.1:8000/v1', apiKey: 'k' },
      mock: { baseURL: 'http://127.0.0.1:17070/v1', apiKey: undefined },
    });
  });

  test.each([
    [{ OPENAI_COMPATIBLE_OPENAI_BASE_URL: 'http://h/v1' }, /OPENAI_COMPATIBLE_OPENAI_BASE_URL.*"openai".*built in/],
    [{ OPENAI_COMPATIBLE_X_AI_BASE_URL: 'http://h/v1' }, /"x-ai".*built in/],
    [{ OPENAI_COMPATIBLE_OFFLINE_BASE_URL: 'http://h/v1' }, /"offline".*built in/],
    [{ OPENAI_COMPATIBLE_LAB_API_KEY: 'k' }, /OPENAI_COMPATIBLE_LAB_BASE_URL is not/],
    [{ OPENAI_COMPATIBLE_LAB_BASE_URL: 'gpu:8000' }, /"gpu:8000", which is not an http/],
    [{ ANTHROPIC_BASE_URL: 'nonsense' }, /ANTHROPIC_BASE_URL is "nonsense"/],
    [{ 'OPENAI_COMPATIBLE_A B_BASE_URL': 'http://h' }, /names the provider "a b"/],
  ])('%o is refused', (env: { [name: string]: string }, message) => {
    expect(() => modelsConfigFromEnv(env)).toThrow(message);
  });
});
