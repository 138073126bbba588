import { describeProvider, type ProviderDialect } from './describe-provider.ts';

const apiKey = 'test-key-0123456789';

/** As OpenAI and the servers that follow it write errors. */
const openAiError: ProviderDialect['errorBody'] = ({ message, type, code }) =>
  JSON.stringify({ error: { message, type, param: null, code: code ?? null } });

const midStreamError = { errorType: 'provider_error', message: /The server had an error/ } as const;

describeProvider('anthropic', {
  model: 'anthropic/claude-sonnet-4-6',
  code: 'ANTHROPIC',
  fixtures: 'anthropic',
  framing: 'named-events',
  config: (baseURL) => ({ anthropic: { apiKey, baseURL } }),
  errorBody: ({ message, type }) => JSON.stringify({ type: 'error', error: { type, message } }),
  requestIdHeader: 'request-id',
  midStreamError: { errorType: 'provider_overloaded', message: /Overloaded/ },
});

describeProvider('openai', {
  model: 'openai/gpt-5.4',
  code: 'OPENAI',
  fixtures: 'openai',
  framing: 'named-events',
  config: (baseURL) => ({ openai: { apiKey, baseURL } }),
  errorBody: openAiError,
  requestIdHeader: 'x-request-id',
  midStreamError,
});

describeProvider('google', {
  model: 'google/gemini-2.5-flash',
  code: 'GOOGLE',
  fixtures: 'google',
  framing: 'data-only',
  config: (baseURL) => ({ google: { apiKey, baseURL } }),
  errorBody: ({ status, message, type }) => JSON.stringify({ error: { code: status, message, status: type } }),
  midStreamError,
});

describeProvider('x-ai', {
  model: 'x-ai/grok-4.3',
  code: 'X_AI',
  fixtures: 'x-ai',
  framing: 'data-only',
  config: (baseURL) => ({ 'x-ai': { apiKey, baseURL } }),
  errorBody: openAiError,
  requestIdHeader: 'x-request-id',
  midStreamError,
});

describeProvider('openrouter', {
  model: 'openrouter/openai/gpt-5.4',
  code: 'OPENROUTER',
  fixtures: 'openrouter',
  framing: 'data-only',
  config: (baseURL) => ({ openrouter: { apiKey, baseURL } }),
  errorBody: ({ status, message, type }) =>
    JSON.stringify({
      error: {
        code: status,
        message: 'Provider returned error',
        metadata: { provider_name: 'OpenAI', raw: JSON.stringify({ error: { message, type } }) },
        type,
      },
    }),
  midStreamError,
});

describeProvider('compatible server', {
  model: 'my-server/small-model',
  code: 'MY_SERVER',
  fixtures: 'chat',
  framing: 'data-only',
  config: (url) => ({ compatible: { 'my-server': { baseURL: `${url}/v1`, apiKey } } }),
  errorBody: openAiError,
  requestIdHeader: 'x-request-id',
  midStreamError,
});

describeProvider('ollama', {
  model: 'ollama/llama3.2:3b',
  code: 'OLLAMA',
  fixtures: 'chat',
  framing: 'data-only',
  config: (baseURL) => ({ ollama: { baseURL } }),
  isKeyless: true,
  errorBody: openAiError,
  midStreamError,
});
