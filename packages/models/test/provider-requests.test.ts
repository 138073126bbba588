import { afterAll, describe, expect, test } from 'vitest';
import { createModels } from '../src/index.ts';
import { recordRequests } from './record-requests.ts';
import { aRequest, collect, png, settings, weatherTool } from './requests.ts';

const recorder = await recordRequests();
afterAll(() => recorder[Symbol.asyncDispose]());
const { sent } = recorder;

test.each(['google/gemini-2.5-flash', 'x-ai/grok-4.3', 'openrouter/openai/gpt-5.4', 'ollama/m', 'lab/m'])(
  '[rt.cache.others] %s is told nothing about caches',
  async (id) => {
    const bodies = await Promise.all(
      (['auto', 'extended', 'off'] as const).map((cache) =>
        sent(id, aRequest({ ...settings({ cache }), cacheKey: 'session-1' })),
      ),
    );
    expect(JSON.stringify(bodies)).not.toContain('session-1');
    const [auto, ...others] = bodies.map(({ headers: _, ...body }) => body);
    for (const body of others) expect(body).toEqual(auto);
  },
);

test('[rt.log.secrets] a request described for the log holds no bytes and no key, for every provider', async () => {
  const key = { apiKey: 'secret-key' };
  const models = createModels({
    anthropic: key,
    openai: key,
    google: key,
    'x-ai': key,
    openrouter: key,
    compatible: { lab: { baseURL: 'http://h/v1', ...key } },
  });
  const file = { type: 'file', mediaType: 'image/png', data: { bytes: new Uint8Array(50_000) } } as const;
  for (const id of [
    'anthropic/a',
    'openai/a',
    'google/a',
    'x-ai/a',
    'openrouter/a',
    'ollama/a',
    'lab/a',
    'offline/a',
  ]) {
    const resolved = models.resolve(id);
    if (!('model' in resolved)) throw new Error(resolved.failure.message);
    const described = JSON.stringify(
      resolved.model.describeRequest(aRequest({ messages: [{ role: 'user', content: [file] }], tools: [weatherTool] })),
    );
    expect(described.length).toBeLessThan(3_000);
    expect(described).toContain('get-weather');
    expect(described).not.toContain('secret-key');
  }
});

test('a file with an address that is none fails the call, not the process', async () => {
  const file = { type: 'file', mediaType: 'image/png', data: { url: 'not a url' } } as const;
  const resolved = createModels({ anthropic: { apiKey: 'k', baseURL: recorder.url } }).resolve(
    'anthropic/claude-opus-5',
  );
  if (!('model' in resolved)) throw new Error('not configured');
  const request = aRequest({ messages: [{ role: 'user', content: [file] }] });
  const parts = await collect(resolved.model.stream(request, new AbortController().signal));
  expect(parts).toMatchObject([
    { type: 'error', failure: { errorType: 'validation_error', code: 'UNSUPPORTED_INPUT' } },
  ]);
});

describe('[rt.context.native-files] what a model says it reads, its provider is sent as bytes', () => {
  const types = { image: 'image/png', pdf: 'application/pdf', video: 'video/mp4' } as const;
  const ids = ['anthropic/claude-sonnet-4-6', 'openai/gpt-5.4', 'google/gemini-2.5-flash', 'x-ai/grok-4.6'];
  const others = [
    'openrouter/anthropic/claude-sonnet-4.6',
    'openrouter/google/gemini-2.5-flash',
    'ollama/llava',
    'lab/m',
  ];

  test.each([...ids, ...others])('%s', async (id) => {
    const resolved = recorder.models.resolve(id);
    const reads = 'model' in resolved ? (resolved.model.reads ?? []) : [];
    expect(reads.length).toBeGreaterThan(0);
    for (const kind of reads) {
      const file = { type: 'file', mediaType: types[kind], filename: 'fern', data: { bytes: png } } as const;
      const body = await sent(id, aRequest({ messages: [{ role: 'user', content: [file] }] }));
      expect(JSON.stringify(body)).toContain(Buffer.from(png).toString('base64'));
    }
  });
});
