import { expect, test } from 'vitest';
import { outline } from '../../test/converse.ts';
import { failed, go, heard, made, png, talk, wav, withBlocks } from '../../test/media.ts';
import { reply, type ScriptedMediaStep, text, toolCall } from '../testing/index.ts';

const answer = `
    Answer:
      block: next-message
`;

test('[proto.built-in.image] a model paints with a tool: the result has the address, the file follows it', async () => {
  const agent = withBlocks(answer, '  imageModel: google/gemini-3-pro-image');
  const { session, models, media } = talk(
    agent,
    [made(png)],
    [
      reply(toolCall('call_1', 'octavus_generate_image', { prompt: 'A fern', resolution: '2K' })),
      reply(text('t', 'Here.')),
    ],
  );
  const leg = await session.trigger(go());
  expect(outline(leg.events).filter((event) => !event.startsWith('tool-input-delta'))).toEqual([
    'start',
    'block-start:Answer',
    'tool-input-start:octavus_generate_image',
    'tool-input-end',
    'tool-input-available',
    'tool-output-available',
    'file-available',
    'text-start',
    'text-delta:Here.',
    'text-end',
    'block-end',
    'finish:stop',
  ]);
  expect(media.calls[0]?.request).toMatchObject({ aspectRatio: '1:1', resolution: '2K' });
  const result = { url: expect.stringContaining('https://files.test/'), mediaType: 'image/png', size: 8 };
  expect(leg.events.find(({ type }) => type === 'tool-output-available')).toMatchObject({ output: result });
  expect(leg.events.find(({ type }) => type === 'file-available')).toHaveProperty('toolCallId');
  expect(models.calls[0]?.request.tools).toMatchObject([{ name: 'octavus_generate_image' }]);
  expect(models.calls[1]?.request.messages.at(-1)).toMatchObject({
    role: 'tool',
    content: [{ output: { kind: 'result', value: result }, files: [{ mediaType: 'image/png' }] }],
  });
});

test('[proto.built-in.speech] media tools of a step run at the same time, and a failure is for the model to know', async () => {
  const agent = withBlocks(
    answer,
    `  imageModel: openai/gpt-image-1
  speechModel: openai/tts-1
  speechVoice: bob`,
  );
  const spoken = Promise.withResolvers<void>();
  const either: ScriptedMediaStep = async (request) => {
    if ('prompt' in request) {
      await spoken.promise;
      return failed({ errorType: 'validation_error', message: 'No ferns' });
    }
    spoken.resolve();
    return made(wav);
  };
  const { session, models, media } = talk(
    agent,
    [either, either],
    [
      reply(
        toolCall('call_1', 'octavus_generate_image', { prompt: 'A fern' }),
        toolCall('call_2', 'octavus_generate_speech', { text: 'A fern' }),
      ),
      reply(text('t', 'Sorry.')),
    ],
  );
  const leg = await session.trigger(go());
  expect(outline(leg.events).at(-1)).toBe('finish:stop');
  expect(leg.events.find(({ type }) => type === 'tool-output-error')).toMatchObject({ error: 'No ferns' });
  expect(media.calls.find(({ kind }) => kind === 'speech')?.request).toMatchObject({ voice: 'bob', format: 'mp3' });
  const speech = models.calls[0]?.request.tools.find(({ name }) => name === 'octavus_generate_speech');
  expect(speech?.inputSchema.properties).toMatchObject({
    voice: { enum: ['ada', 'bob'] },
    format: { enum: ['mp3', 'wav'] },
  });
});

test('[proto.built-in.video] a model films with a tool, from a picture where it has one', async () => {
  const film = { mediaType: 'video/mp4', bytes: new Uint8Array(9) };
  const { session, models, media, ports } = talk(
    withBlocks(answer, '  videoModel: google/veo-3'),
    [made(film)],
    [
      reply(
        toolCall('call_1', 'octavus_generate_video', {
          prompt: 'A fern',
          aspectRatio: '9:16',
          durationSeconds: 4,
          image: 'https://files.test/file-000000000000000000000001',
        }),
      ),
      reply(text('t', 'Here.')),
    ],
  );
  await ports.files.store(png.bytes, { mediaType: 'image/png', filename: 'a.png' });
  const leg = await session.trigger(go());
  expect(models.calls[0]?.request.tools.map(({ name }) => name)).toEqual(['octavus_generate_video']);
  expect(media.calls).toMatchObject([
    { kind: 'video', request: { prompt: 'A fern', aspectRatio: '9:16', durationSeconds: 4, image: png } },
  ]);
  const [output, file] = leg.events.filter(({ type }) => type === 'tool-output-available' || type === 'file-available');
  expect(output).toMatchObject({ output: { mediaType: 'video/mp4', size: 9 } });
  expect(file).toMatchObject({ type: 'file-available', mediaType: 'video/mp4' });
});

test('[proto.built-in.transcribe] a long transcript is cut for the model and stored whole', async () => {
  const agent = withBlocks(answer, '  transcriptionModel: openai/whisper-1');
  const long = 'word '.repeat(5_000).trim();
  const { session, ports } = talk(
    agent,
    [heard({ text: long })],
    [
      reply(
        toolCall('call_1', 'octavus_transcribe_audio', { url: 'https://files.test/file-000000000000000000000001' }),
      ),
      reply(text('t', 'Read.')),
    ],
  );
  const sound = await ports.files.store(wav.bytes, { mediaType: 'audio/wav', filename: 'a.wav' });
  expect(sound.id).toBe('file-000000000000000000000001');
  const leg = await session.trigger(go());
  const output = leg.events.find(({ type }) => type === 'tool-output-available') as { output?: { text: string } };
  expect(output.output).toMatchObject({ url: expect.stringContaining('https://files.test/') });
  expect(output.output?.text).toHaveLength(20_000);
  const [, transcript] = [...ports.files.stored.values()];
  expect(new TextDecoder().decode(transcript?.bytes)).toBe(long);
});
