import { LLMock } from '@copilotkit/aimock';

/** The wire formats that model traffic of the suites goes through. */
export const wireFormats = [
  {
    provider: 'anthropic',
    model: 'anthropic/claude-sonnet-4-5',
    reasoningModel: 'anthropic/claude-sonnet-4-5',
    prefix: 'ANTHROPIC',
  },
  { provider: 'openai', model: 'openai/gpt-4.1-mini', reasoningModel: 'openai/gpt-5-mini', prefix: 'OPENAI' },
  { provider: 'google', model: 'google/gemini-2.5-flash', reasoningModel: 'google/gemini-2.5-flash', prefix: 'GOOGLE' },
] as const;

/** A stand-in for the model providers on real HTTP, and the variables that point a server to it. */
export interface Providers extends AsyncDisposable {
  readonly mock: LLMock;
  readonly env: Readonly<Record<string, string>>;
}

export async function startProviders(): Promise<Providers> {
  const mock = new LLMock({ port: 0, strict: true, logLevel: 'silent' });
  await mock.start();
  return {
    mock,
    env: {
      ANTHROPIC_API_KEY: 'anthropic-test-key',
      ANTHROPIC_BASE_URL: `${mock.url}/v1`,
      OPENAI_API_KEY: 'openai-test-key',
      OPENAI_BASE_URL: `${mock.url}/v1`,
      GOOGLE_GENERATIVE_AI_API_KEY: 'google-test-key',
      GOOGLE_GENERATIVE_AI_BASE_URL: `${mock.url}/v1beta`,
    },
    [Symbol.asyncDispose]: () => mock.stop(),
  };
}
