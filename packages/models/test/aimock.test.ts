import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createModels } from '../src/index.ts';
import { aRequest, callsOf, collect, textOf, weatherTool } from './requests.ts';

// A stand-in for the providers that we did not write: it checks our reading of their formats.
const mock = new LLMock({ port: 0 });
beforeAll(async () => {
  mock.onMessage('hello', { content: 'Hi from the stand-in!' });
  mock.onMessage('weather', { toolCalls: [{ name: 'get-weather', arguments: '{"city":"Lisbon"}' }] });
  await mock.start();
});
afterAll(async () => {
  await mock.stop();
});

test.each(['anthropic/claude-sonnet-4-6', 'openai/gpt-5.4', 'google/gemini-2.5-flash', 'lab/small-model'])(
  '%s speaks with a stand-in: text, then a tool call',
  async (id) => {
    const key = { apiKey: 'k', baseURL: mock.url };
    const models = createModels({
      anthropic: key,
      openai: key,
      google: key,
      compatible: { lab: { baseURL: `${mock.url}/v1` } },
    });
    const resolved = models.resolve(id);
    if (!('model' in resolved)) throw new Error(resolved.failure.message);
    const run = (text: string) => {
      const request = aRequest({
        messages: [{ role: 'user', content: [{ type: 'text', text }] }],
        tools: [weatherTool],
      });
      return collect(resolved.model.stream(request, new AbortController().signal));
    };
    const said = await run('hello');
    expect(textOf(said)).toBe('Hi from the stand-in!');
    expect(said.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
    const called = await run('weather');
    expect(callsOf(called)).toEqual([{ toolName: 'get-weather', input: { city: 'Lisbon' } }]);
    expect(called.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' });
  },
);
