import type { MediaModel, MediaOutcome } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { createModels, type ModelsConfig } from '../src/index.ts';
import { type MediaServer, openMediaServer, sendJson } from './media-server.ts';

const apiKey = 'test-key-0123456789';
const signal = new AbortController().signal;
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);
const photo = { mediaType: 'image/png', bytes: png };
const mp3 = Buffer.from('ID3\u0004rest', 'latin1');
const wav = Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1');
const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom')]);
const an = { prompt: 'A fern', referenceImages: [] };

type Resolved<Request, Result> = { readonly model: MediaModel<Request, Result> } | { readonly failure: unknown };

async function call<Request, Result>(resolved: Resolved<Request, Result>, request: Request, abort = signal) {
  if (!('model' in resolved)) throw new Error(JSON.stringify(resolved.failure));
  return resolved.model.run(request, abort);
}

function resultOf<Result>(outcome: MediaOutcome<Result>): Result {
  if ('failure' in outcome) throw new Error(JSON.stringify(outcome.failure));
  return outcome.result;
}

function mediaOf(config: ModelsConfig) {
  return createModels({
    ...config,
    mediaTimeouts: { mediaMs: 5_000, videoMs: 5_000, pollMs: 1, ...config.mediaTimeouts },
  }).media;
}

const openai = ({ url }: MediaServer) => mediaOf({ openai: { apiKey, baseURL: url } });
const google = ({ url }: MediaServer) => mediaOf({ google: { apiKey, baseURL: url } });

describe('openai', () => {
  const images = {
    created: 1,
    data: [{ b64_json: png.toString('base64') }],
    usage: { input_tokens: 8, output_tokens: 90, total_tokens: 98 },
  };

  test('an image is asked for by its size in pixels', async () => {
    await using server = await openMediaServer((response) => sendJson(response, images));
    const request = { ...an, aspectRatio: '3:2' };
    const made = resultOf(await call(openai(server).resolveImage('openai/gpt-image-1'), request));
    expect(made).toEqual({ file: photo, usage: { inputTokens: 8, outputTokens: 90 } });
    expect(server.requests).toMatchObject([
      {
        path: '/v1/images/generations',
        headers: { authorization: `Bearer ${apiKey}` },
        json: { model: 'gpt-image-1', prompt: 'A fern', n: 1, size: '1536x1024' },
      },
    ]);
  });

  test.each([
    ['dall-e-3', '16:9', '1792x1024'],
    ['dall-e-3', '9:16', '1024x1792'],
    ['dall-e-2', '16:9', '1024x1024'],
    ['gpt-image-2', '2:3', '1024x1536'],
    ['gpt-image-2', '1:1', '1024x1024'],
  ])('%s paints %s as %s', async (model, aspectRatio, size) => {
    await using server = await openMediaServer((response) => sendJson(response, images));
    await call(openai(server).resolveImage(`openai/${model}`), { ...an, aspectRatio });
    expect(server.requests[0]?.json.size).toBe(size);
  });

  test('reference images go to the editor, as files', async () => {
    await using server = await openMediaServer((response) => sendJson(response, images));
    const request = { prompt: 'Add a fern', aspectRatio: '1:1', referenceImages: [photo, photo] };
    resultOf(await call(openai(server).resolveImage('openai/gpt-image-1'), request));
    const [{ path, form }] = server.requests as [MediaServer['requests'][number]];
    expect(path).toBe('/v1/images/edits');
    expect(form).toMatchObject({ model: ['gpt-image-1'], prompt: ['Add a fern'], size: ['1024x1024'] });
    const files = Object.entries(form).flatMap(([name, values]) => (name.startsWith('image') ? values : []));
    expect(files).toMatchObject([
      { type: 'image/png', bytes: png },
      { type: 'image/png', bytes: png },
    ]);
  });

  test('a text is spoken with voice, format, instructions and speed', async () => {
    await using server = await openMediaServer((response) =>
      response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(mp3),
    );
    const request = {
      text: 'Hello',
      voice: 'marin',
      format: 'mp3',
      instructions: 'Calm',
      language: 'en',
      speed: 1.05,
    } as const;
    const made = resultOf(await call(openai(server).resolveSpeech('openai/gpt-4o-mini-tts'), request));
    expect(made).toEqual({ file: { mediaType: 'audio/mpeg', bytes: new Uint8Array(mp3) } });
    expect(server.requests).toMatchObject([
      {
        path: '/v1/audio/speech',
        json: {
          model: 'gpt-4o-mini-tts',
          input: 'Hello',
          voice: 'marin',
          response_format: 'mp3',
          instructions: 'Calm',
          speed: 1.05,
        },
      },
    ]);
  });

  test('sound is transcribed with its segments', async () => {
    const answer = {
      text: 'Hello. Goodbye.',
      language: 'english',
      duration: 5,
      segments: [
        {
          id: 0,
          seek: 0,
          start: 0,
          end: 2,
          text: ' Hello.',
          tokens: [],
          temperature: 0,
          avg_logprob: 0,
          compression_ratio: 1,
          no_speech_prob: 0,
        },
        {
          id: 1,
          seek: 0,
          start: 2,
          end: 5,
          text: ' Goodbye.',
          tokens: [],
          temperature: 0,
          avg_logprob: 0,
          compression_ratio: 1,
          no_speech_prob: 0,
        },
      ],
    };
    await using server = await openMediaServer((response) => sendJson(response, answer));
    const request = { audio: { mediaType: 'audio/wav', bytes: wav }, language: 'en', hasTimestamps: true };
    const heard = resultOf(await call(openai(server).resolveTranscription('openai/whisper-1'), request));
    expect(heard).toEqual({
      text: 'Hello. Goodbye.',
      segments: [
        { start: 0, end: 2, text: 'Hello.' },
        { start: 2, end: 5, text: 'Goodbye.' },
      ],
    });
    const [{ path, form }] = server.requests as [MediaServer['requests'][number]];
    expect(path).toBe('/v1/audio/transcriptions');
    expect(form).toMatchObject({
      model: ['whisper-1'],
      language: ['en'],
      response_format: ['verbose_json'],
      'timestamp_granularities[]': ['segment'],
      file: [{ name: 'audio.wav', type: 'audio/wav', bytes: wav }],
    });
  });

  test.each([
    [401, 'authentication_error', 'OPENAI_401'],
    [400, 'validation_error', 'OPENAI_400'],
    [429, 'rate_limit_error', 'OPENAI_429'],
    [503, 'provider_overloaded', 'OPENAI_503'],
  ])('an answer of %i is %s', async (status, errorType, code) => {
    await using server = await openMediaServer((response) =>
      sendJson(response, { error: { message: `No: ${apiKey}`, type: 'some_error' } }, status),
    );
    const outcome = await call(openai(server).resolveImage('openai/gpt-image-1'), { ...an, aspectRatio: '1:1' });
    expect(outcome).toMatchObject({
      failure: { errorType, code, provider: { name: 'openai', model: 'gpt-image-1', statusCode: status } },
    });
    expect(JSON.stringify(outcome)).not.toContain(apiKey);
  });

  test('an answer that does not come is a timeout, an abort cancels the request', async () => {
    const gone = Promise.withResolvers<void>();
    await using server = await openMediaServer((response) => void response.on('close', gone.resolve));
    const slow = mediaOf({ openai: { apiKey, baseURL: server.url }, mediaTimeouts: { mediaMs: 50 } });
    const request = { ...an, aspectRatio: '1:1' };
    expect(await call(slow.resolveImage('openai/gpt-image-1'), request)).toMatchObject({
      failure: { errorType: 'provider_timeout', code: 'OPENAI_TIMEOUT', retryable: true },
    });
    await gone.promise;
    const abort = new AbortController();
    const pending = call(openai(server).resolveImage('openai/gpt-image-1'), request, abort.signal);
    abort.abort();
    expect(await pending).toHaveProperty('failure');
  });

  test('a server that is not there is a network failure', async () => {
    const media = mediaOf({ openai: { apiKey, baseURL: 'http://127.0.0.1:1' } });
    expect(await call(media.resolveImage('openai/gpt-image-1'), { ...an, aspectRatio: '1:1' })).toMatchObject({
      failure: { errorType: 'provider_error', code: 'OPENAI_NETWORK' },
    });
  });

  test('a server that follows its API is asked in the same words', async () => {
    await using server = await openMediaServer((response) => sendJson(response, images));
    const media = mediaOf({ compatible: { 'my-server': { baseURL: `${server.url}/api/v1` } } });
    resultOf(await call(media.resolveImage('my-server/painter'), { ...an, aspectRatio: '1:1' }));
    expect(server.requests).toMatchObject([{ path: '/api/v1/images/generations', json: { model: 'painter' } }]);
  });
});

describe('google', () => {
  const inline = (mimeType: string, bytes: Buffer) => ({
    candidates: [
      {
        content: { role: 'model', parts: [{ inlineData: { mimeType, data: bytes.toString('base64') } }] },
        finishReason: 'STOP',
      },
    ],
    usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 90, totalTokenCount: 98 },
  });

  test('an image has its ratio, its resolution and its references', async () => {
    await using server = await openMediaServer((response) => sendJson(response, inline('image/png', png)));
    const request = { prompt: 'Add a fern', aspectRatio: '16:9', resolution: '2K', referenceImages: [photo] } as const;
    const made = resultOf(await call(google(server).resolveImage('google/gemini-3-pro-image-preview'), request));
    expect(made).toEqual({ file: photo, usage: { inputTokens: 8, outputTokens: 90 } });
    expect(server.requests).toMatchObject([
      {
        path: '/v1beta/models/gemini-3-pro-image-preview:generateContent',
        headers: { 'x-goog-api-key': apiKey },
        json: {
          contents: [
            {
              role: 'user',
              parts: [{ text: 'Add a fern' }, { inlineData: { mimeType: 'image/png', data: png.toString('base64') } }],
            },
          ],
          generationConfig: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '16:9', imageSize: '2K' } },
        },
      },
    ]);
  });

  test('an answer without an image is a refusal, and an older family is refused here', async () => {
    await using server = await openMediaServer((response) =>
      sendJson(response, { candidates: [{ content: { parts: [] }, finishReason: 'SAFETY' }] }),
    );
    const media = google(server);
    const request = { ...an, aspectRatio: '1:1' };
    expect(await call(media.resolveImage('google/gemini-2.5-flash-image'), request)).toMatchObject({
      failure: { errorType: 'validation_error', code: 'UNSUPPORTED_INPUT', retryable: false },
    });
    expect(await call(media.resolveImage('google/imagen-4.0-generate-001'), request)).toMatchObject({
      failure: { errorType: 'validation_error', message: expect.stringContaining('gemini-2.5-flash-image') },
    });
    expect(server.requests).toHaveLength(1);
  });

  test('a text is spoken as WAV', async () => {
    const pcm = Buffer.alloc(8);
    await using server = await openMediaServer((response) => sendJson(response, inline('audio/L16;rate=24000', pcm)));
    const request = { text: 'Hello', voice: 'Kore', format: 'mp3', instructions: 'Calm' } as const;
    const made = resultOf(await call(google(server).resolveSpeech('google/gemini-2.5-flash-preview-tts'), request));
    expect(made.file.mediaType).toBe('audio/wav');
    expect(made.usage).toEqual({ inputTokens: 8, outputTokens: 90 });
    expect(server.requests[0]?.json).toMatchObject({
      contents: [{ parts: [{ text: 'Calm: Hello' }] }],
      generationConfig: { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } } },
    });
  });

  test('a video is ordered, waited for and fetched', async () => {
    let asked = 0;
    await using server = await openMediaServer((response, { method, path, headers }) => {
      if (method === 'POST') return sendJson(response, { name: 'models/veo/operations/op1' });
      if (path.startsWith('/files/')) return response.writeHead(200, { 'content-type': 'video/mp4' }).end(mp4);
      asked += 1;
      const uri = `http://${headers.host}/files/one`;
      const done = { done: true, response: { generateVideoResponse: { generatedSamples: [{ video: { uri } }] } } };
      return sendJson(response, { name: 'models/veo/operations/op1', ...(asked > 2 && done) });
    });
    const request = {
      prompt: 'A fern',
      aspectRatio: '9:16',
      durationSeconds: 6,
      generateAudio: false,
      image: photo,
    } as const;
    const made = resultOf(await call(google(server).resolveVideo('google/veo-3.1-generate-preview'), request));
    expect(made).toEqual({ file: { mediaType: 'video/mp4', bytes: mp4 } });
    expect(server.requests[0]).toMatchObject({
      path: '/v1beta/models/veo-3.1-generate-preview:predictLongRunning',
      json: {
        instances: [{ prompt: 'A fern', image: { bytesBase64Encoded: png.toString('base64'), mimeType: 'image/png' } }],
        parameters: { sampleCount: 1, aspectRatio: '9:16', durationSeconds: 6 },
      },
    });
    expect(asked).toBe(3);
  });

  test('a video that fails, or cannot be fetched, is a failure', async () => {
    let isBroken = false;
    await using server = await openMediaServer((response, { method, path, headers }) => {
      if (method === 'POST') return sendJson(response, { name: 'models/veo/operations/op1' });
      if (path.startsWith('/files/')) return sendJson(response, { error: { message: 'Gone' } }, 404);
      const uri = `http://${headers.host}/files/one`;
      const done = { done: true, response: { generateVideoResponse: { generatedSamples: [{ video: { uri } }] } } };
      return sendJson(
        response,
        isBroken ? { name: 'x', done: true, error: { code: 13, message: 'Internal' } } : { name: 'x', ...done },
      );
    });
    const request = { prompt: 'A fern', aspectRatio: '16:9', generateAudio: false } as const;
    const model = google(server).resolveVideo('google/veo-3.1-generate-preview');
    expect(await call(model, request)).toMatchObject({ failure: { errorType: 'not_found_error', code: 'GOOGLE_404' } });
    isBroken = true;
    expect(await call(model, request)).toMatchObject({
      failure: { errorType: 'provider_error', message: expect.stringContaining('Internal') },
    });
  });

  test('words with their times become sentences', async () => {
    const word = (text: string, start: number) => ({
      type: 'word_info',
      text,
      start_offset: `${start}s`,
      end_offset: `${start + 1}s`,
    });
    const annotations = [word('Hello', 0), word('there.', 1), word('Goodbye.', 2)];
    const answer = { steps: [{ content: [{ type: 'text', text: 'Hello there. Goodbye.', annotations }] }] };
    await using server = await openMediaServer((response) => sendJson(response, answer));
    const request = { audio: { mediaType: 'audio/wav', bytes: wav }, language: 'en', hasTimestamps: true };
    const heard = resultOf(await call(google(server).resolveTranscription('google/gemini-3.5-transcribe'), request));
    expect(heard).toEqual({
      text: 'Hello there. Goodbye.',
      segments: [
        { start: 0, end: 2, text: 'Hello there.' },
        { start: 2, end: 3, text: 'Goodbye.' },
      ],
    });
    expect(server.requests[0]?.json).toMatchObject({
      input: [{ type: 'audio', mime_type: 'audio/wav' }],
      generation_config: { transcription_config: { language_codes: ['en'] } },
    });
  });
});

test('xAI and OpenRouter are asked for an image by its ratio', async () => {
  const data = [{ b64_json: png.toString('base64') }];
  await using server = await openMediaServer((response) => sendJson(response, { data }));
  const media = mediaOf({ 'x-ai': { apiKey, baseURL: server.url }, openrouter: { apiKey, baseURL: server.url } });
  const request = { ...an, aspectRatio: '16:9' };
  for (const id of ['x-ai/grok-imagine-image', 'openrouter/google/gemini-2.5-flash-image']) {
    expect(resultOf(await call(media.resolveImage(id), request)).file).toEqual(photo);
  }
  expect(server.requests).toMatchObject([
    { path: '/v1/images/generations', json: { model: 'grok-imagine-image', aspect_ratio: '16:9' } },
    { path: '/api/v1/images', json: { model: 'google/gemini-2.5-flash-image', aspect_ratio: '16:9' } },
  ]);
});

test('a model that cannot be had says why', () => {
  const media = mediaOf({ anthropic: { apiKey } });
  expect(media.resolveImage('openai/gpt-image-1')).toMatchObject({
    failure: {
      errorType: 'authentication_error',
      code: 'PROVIDER_NOT_CONFIGURED',
      message: expect.stringContaining('OPENAI_API_KEY'),
    },
  });
  expect(media.resolveImage('anthropic/claude-sonnet-4-5')).toMatchObject({
    failure: { errorType: 'validation_error', message: 'anthropic offers no image models.' },
  });
  expect(media.resolveVideo('openai/sora')).toMatchObject({ failure: { message: 'openai offers no video models.' } });
  expect(media.resolveSpeech('xai/voice')).toMatchObject({ failure: { code: 'UNKNOWN_PROVIDER' } });
  expect(media.resolveTranscription('whisper')).toMatchObject({ failure: { code: 'INVALID_MODEL' } });
});

test('speech models tell their voices and formats', () => {
  const media = mediaOf({ openai: { apiKey }, google: { apiKey } });
  expect(media.resolveSpeech('openai/tts-1')).toMatchObject({
    model: { formats: ['mp3', 'opus', 'aac', 'flac', 'wav'] },
  });
  expect(media.resolveSpeech('openai/gpt-4o-mini-tts')).toMatchObject({
    model: { voices: expect.arrayContaining(['marin']) },
  });
  expect(media.resolveSpeech('google/gemini-2.5-flash-preview-tts')).toMatchObject({ model: { formats: ['wav'] } });
});
