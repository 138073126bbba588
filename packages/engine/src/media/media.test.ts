import { once } from 'node:events';
import { expect, test } from 'vitest';
import { converse, hostLeg, outline } from '../../test/converse.ts';
import { failed, go, heard, made, paint, png, talk, wav, withBlocks } from '../../test/media.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { checkTrigger } from '../requests/check-trigger.ts';
import { openingValues } from '../requests/opening-values.ts';
import { runTrigger } from '../run.ts';
import { openSession } from '../state/session-state.ts';
import {
  aProviderFailure,
  collectLeg,
  memoryPorts,
  reply,
  scriptedMedia,
  scriptedModels,
  toolCall,
} from '../testing/index.ts';

test('[rt.media.file] [proto.block.generate] an image is stored, announced in its block and kept in the message', async () => {
  const { session, ports, media } = talk(withBlocks(paint), [made(png, { inputTokens: 7, outputTokens: 9 })]);
  const leg = await session.trigger(go());
  expect(outline(leg.events)).toEqual(['start', 'block-start:Paint', 'file-available', 'block-end', 'finish:stop']);
  const [[id, stored] = []] = [...ports.files.stored];
  expect(stored).toEqual({ ...png, filename: 'image.png' });
  const url = `https://files.test/${id}`;
  expect(leg.events[2]).toEqual({
    type: 'file-available',
    id,
    mediaType: 'image/png',
    url,
    filename: 'image.png',
    size: 8,
  });
  expect(session.state.variables.URL).toBe(url);
  expect(toUiMessages(session.state)).toMatchObject([
    {
      role: 'assistant',
      parts: [
        { type: 'operation', name: 'Painting', operationType: 'generate-image', status: 'done' },
        { type: 'file', id, url, mediaType: 'image/png' },
      ],
    },
  ]);
  media.assertDone();
});

test('[rt.durable.file] the bytes are stored before the file is announced', async () => {
  const definition = withBlocks(paint);
  const { ports } = talk(definition, [made(png)]);
  const seen: boolean[] = [];
  const leg = await hostLeg(definition, go(), ports, {
    onBatch: (batch) => {
      for (const output of batch) {
        if ('type' in output && output.type === 'file-available') seen.push(ports.files.stored.has(output.id));
      }
    },
  });
  expect(seen).toEqual([true]);
  const part = leg.outputs.findIndex(
    (output) => 'change' in output && JSON.stringify(output).includes('"type":"file"'),
  );
  expect(part).toBeGreaterThan(-1);
  expect(part).toBeLessThan(leg.outputs.findIndex((output) => 'type' in output && output.type === 'file-available'));
});

test('[rt.media.image] the ratio is one that the model has, references go along as bytes', async () => {
  const { session, ports, media } = talk(withBlocks(paint), [made(png)]);
  const photo = await ports.files.store(png.bytes, { mediaType: 'image/jpeg', filename: 'a.jpg' });
  await session.trigger(go({ PHOTOS: [photo] }));
  expect(media.calls).toMatchObject([
    {
      kind: 'image',
      modelId: 'openai/gpt-image-1',
      request: {
        prompt: 'A fern',
        aspectRatio: '3:2',
        referenceImages: [{ mediaType: 'image/jpeg', bytes: png.bytes }],
      },
    },
  ]);
});

test('[rt.log.block-operation] [rt.log.model-request] [rt.log.step-stats] the log has the request, its cost and the operation; parameters only when traced', async () => {
  const usage = { inputTokens: 7, outputTokens: 9 };
  const plain = await talk(withBlocks(paint), [made(png, usage)]).session.trigger(go());
  const traced = await talk(withBlocks(paint), [made(png)]).session.trigger(go(), { isTraced: true });
  const identity = { requestType: 'image', provider: 'openai', model: 'gpt-image-1' };
  const find = (leg: typeof plain, type: string) => leg.logs.find((entry) => entry.type === type);
  expect(find(plain, 'model-request')).toMatchObject({ blockName: 'Paint', modelRequest: identity });
  expect(find(plain, 'model-request')?.modelRequest).toEqual(identity);
  expect(find(plain, 'step-stats')?.stepStats).toEqual({ ...identity, usage });
  expect(find(plain, 'block-operation')).toMatchObject({
    operationType: 'generate-image',
    operationDescription: 'Painting',
    operationInput: { prompt: 'A fern', imageModel: 'openai/gpt-image-1', aspectRatio: '16:9' },
    operationResult: expect.stringContaining('https://files.test/'),
  });
  expect(find(traced, 'model-request')?.modelRequest).toEqual({ ...identity, prompt: 'A fern', aspectRatio: '3:2' });
  expect(find(traced, 'step-stats')).toBeUndefined();
});

test('nothing is asked of a provider before the trigger is stored', async () => {
  const { session, media } = talk(withBlocks(paint), []);
  const leg = await session.trigger(go(), { killAfterBatches: 1 });
  expect(leg.changes.map(({ change }) => change)).toContain('execution-started');
  expect(media.calls).toEqual([]);
});

test('a failure that may pass is tried again, twice', async () => {
  const { session, ports, media } = talk(withBlocks(paint), [failed(), failed({ retryAfter: 3 }), made(png)]);
  const leg = await session.trigger(go());
  expect(outline(leg.events).at(-1)).toBe('finish:stop');
  expect(ports.clock.slept).toEqual([1000, 3000]);
  expect(leg.logs.filter(({ type }) => type === 'error')).toHaveLength(2);
  media.assertDone();
});

const late = { errorType: 'provider_timeout', code: 'OPENAI_TIMEOUT', provider: { name: 'openai' } } as const;

test.each([
  ['told by the provider', { ...late, code: 'OPENAI_504', provider: { name: 'openai', statusCode: 504 } }],
  ['ours', late],
])('[rt.retry.failures] a timeout, %s, is tried again', async (_, overrides) => {
  const { session, media } = talk(withBlocks(paint), [failed(overrides), made(png)]);
  expect((await session.trigger(go())).ending).toEqual({ ending: 'completed' });
  media.assertDone();
});

test('a film that is not ready in time is paid for and not ordered again; one that the provider could not take is', async () => {
  const film = '    Film: { block: generate-video, prompt: IDEA, videoModel: google/veo-3, output: URL }\n';
  const { session, media } = talk(withBlocks(film), [failed(late)]);
  expect((await session.trigger(go())).events.at(-1)).toMatchObject({ errorType: 'provider_timeout' });
  media.assertDone();
  const refused = failed({ ...late, provider: { name: 'google', statusCode: 504 } });
  const again = talk(withBlocks(film), [refused, made({ mediaType: 'video/mp4', bytes: new Uint8Array([1]) })]);
  expect((await again.session.trigger(go())).ending).toEqual({ ending: 'completed' });
  again.media.assertDone();
});

test('[rt.errors.internal] a fault of an adapter ends the run as an internal error, in a block and in a call', async () => {
  const fault = new TypeError('a bug of the adapter');
  const broken = () => Promise.reject(fault);
  const painter = withBlocks(paint);
  const block = await hostLeg(painter, go(), talk(painter, [broken]).ports);
  const tool = withBlocks('    Answer: { block: next-message }', '  imageModel: openai/gpt-image-1');
  const paints = reply(toolCall('c1', 'octavus_generate_image', { prompt: 'A fern' }));
  const call = await hostLeg(tool, go(), talk(tool, [broken], [paints]).ports);
  for (const leg of [block, call]) {
    expect(leg.events.at(-1)).toMatchObject({ type: 'error', errorType: 'internal_error' });
    expect(leg.ending).toEqual({ ending: 'failed', cause: fault });
    expect(JSON.stringify([leg.events, leg.logs])).not.toContain('a bug of the adapter');
  }
});

test.each([
  [
    'what does not pass',
    [failed({ errorType: 'validation_error', retryable: false, code: 'OPENAI_400' })],
    'validation_error',
  ],
  ['a failure that stays', [failed(), failed(), failed()], 'provider_overloaded'],
])('[rt.media.failure] [proto.errors.provider] %s fails the block', async (_, steps, errorType) => {
  const { session, media } = talk(withBlocks(paint), steps);
  const leg = await session.trigger(go());
  expect(outline(leg.events)).toEqual(['start', 'block-start:Paint', `error:${errorType}`]);
  expect(session.state.variables).toEqual({});
  expect(toUiMessages(session.state)[0]?.parts).toMatchObject([{ type: 'operation', status: 'cancelled' }]);
  media.assertDone();
});

test('[proto.block.absent] a model that cannot be called, and a text, a file or a setting that is not there, fail the block', async () => {
  const unavailable = {
    'openai/gpt-image-1': aProviderFailure({ errorType: 'authentication_error', source: 'platform' }),
  };
  const media = scriptedMedia([], { unavailable });
  const missing = { id: 'elsewhere', mediaType: 'image/png', url: 'https://elsewhere.test/a.png' };
  const noKey = await converse(withBlocks(paint), [], { ports: { media } }).session.trigger(go());
  expect(noKey.events.at(-1)).toMatchObject({ type: 'error', errorType: 'authentication_error' });
  const dynamic = withBlocks(paint.replace('openai/gpt-image-1', 'MODEL'));
  for (const [agent, input, message] of [
    [withBlocks(paint), { IDEA: ' ' }, 'IDEA is used as "prompt" and has no value'],
    [withBlocks(paint), { PHOTOS: [missing] }, 'The file "elsewhere" cannot be used: there is no such file.'],
    [dynamic, {}, 'The setting "imageModel" has no value'],
    [dynamic, { MODEL: 'nonsense' }, 'must be a model id'],
  ] as const) {
    const leg = await talk(agent, []).session.trigger(go(input));
    expect(leg.events.at(-1)).toMatchObject({ type: 'error', errorType: 'validation_error' });
    expect(leg.events.at(-1)).toHaveProperty('message', expect.stringContaining(message));
  }
});

test('an abort cancels the call and leaves a cancelled operation', async () => {
  const definition = withBlocks(paint);
  const abort = new AbortController();
  let wasTold = false;
  const media = scriptedMedia([
    async (_, signal) => {
      setImmediate(() => abort.abort('abort'));
      await once(signal, 'abort');
      wasTold = true;
      return failed({ errorType: 'provider_error' });
    },
  ]);
  const ports = memoryPorts({ models: scriptedModels([]), media });
  const state = openSession({ sessionId: 's1', kind: 'interactive', ...openingValues(definition, {}) });
  const request = { state, definition, agentVersion: 1, trigger: checkTrigger(definition, go()) };
  const leg = await collectLeg(runTrigger(request, ports, abort.signal), state);
  expect(wasTold).toBe(true);
  expect(leg.ending).toEqual({ ending: 'aborted' });
  expect(outline(leg.events)).toEqual(['start', 'block-start:Paint', 'block-end', 'finish:stop']);
  expect(toUiMessages(leg.state)[0]?.parts).toMatchObject([{ type: 'operation', status: 'cancelled' }]);
  expect(leg.state.variables).toEqual({});
  expect(ports.files.stored.size).toBe(0);
});

test('a run that is told to stop before the call makes none', async () => {
  const { session, media } = talk(withBlocks(paint), []);
  const leg = await session.trigger(go(), { stop: { afterBatches: 1, reason: 'abort' } });
  expect(outline(leg.events).at(-1)).toBe('finish:stop');
  expect(media.calls).toEqual([]);
});

test('a hidden block shows nothing and sets its variable', async () => {
  const { session } = talk(withBlocks(`${paint}      display: hidden\n`), [made(png)]);
  const leg = await session.trigger(go());
  expect(outline(leg.events)).toEqual(['start', 'finish:stop']);
  expect(session.state.variables.URL).toContain('https://files.test/');
  expect(toUiMessages(session.state)).toEqual([]);
});

test('a file of a named thread is kept there and shown with its thread', async () => {
  const agent = withBlocks(`
    Open:
      block: start-thread
      thread: art
      system: system
${paint}      thread: art
`);
  const { session } = talk(agent, [made(png)]);
  const leg = await session.trigger(go());
  expect(leg.events.find(({ type }) => type === 'block-start')).toMatchObject({ thread: 'art' });
  expect(session.state.threads.get('art')?.messages[0]?.parts).toMatchObject([{ type: 'file', thread: 'art' }]);
  expect(toUiMessages(session.state)[0]?.parts).toMatchObject([{ type: 'operation' }, { type: 'file', thread: 'art' }]);
});

test('[rt.media.video] [rt.media.speech] [rt.media.transcript] [proto.block.transcribe] a video, a speech and a transcript come from their models with their settings', async () => {
  const agent = withBlocks(`
    Film:
      block: generate-video
      prompt: IDEA
      videoModel: google/veo-3
      aspectRatio: 9:16
      durationSeconds: 6
      image: PHOTOS
      output: URL
    Speak:
      block: generate-speech
      text: IDEA
      speechModel: openai/tts-1
      voice: ada
      format: flac
      instructions: Calm
      language: en
      speed: 1.5
      output: URL
    Hear:
      block: transcribe-audio
      audio: URL
      transcriptionModel: openai/whisper-1
      language: en
      timestamps: true
      output: TEXT
`);
  const segments = [
    { start: 0, end: 4, text: 'Hello.' },
    { start: 64.9, end: 70, text: 'Goodbye.' },
  ];
  const { session, ports, media } = talk(agent, [
    made({ mediaType: 'video/mp4', bytes: new Uint8Array(9) }),
    made(wav),
    heard({ text: 'Hello. Goodbye.', segments }),
  ]);
  const photo = await ports.files.store(png.bytes, { mediaType: 'image/png', filename: 'a.png' });
  await session.trigger(go({ PHOTOS: [photo] }));
  expect(media.calls.map(({ request }) => request)).toEqual([
    {
      prompt: 'A fern',
      aspectRatio: '9:16',
      durationSeconds: 6,
      generateAudio: false,
      image: expect.objectContaining(png),
    },
    // The scripted model speaks MP3 and WAV.
    { text: 'A fern', format: 'mp3', voice: 'ada', instructions: 'Calm', language: 'en', speed: 1.5 },
    { audio: expect.objectContaining(wav), language: 'en', hasTimestamps: true },
  ]);
  expect(session.state.variables.TEXT).toBe('[00:00] Hello.\n[01:04] Goodbye.');
});
