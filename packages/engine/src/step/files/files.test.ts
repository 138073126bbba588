import type { FileReference, ModelMedia, ProviderFailure } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { converse } from '../../../test/converse.ts';
import type { Images } from '../../ports.ts';
import { anAgent, failure, reply, type ScriptedStep, text, toolCall } from '../../testing/index.ts';

const png = (width: number) => new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, width / 100]);

/** Takes the ninth byte of a picture for its width in hundreds of pixels. */
const images: Images = {
  async fit(image, maxDimension) {
    const width = image.bytes[8]! * 100;
    const original = { width, height: width };
    if (width <= maxDimension) return { file: image, original, delivered: original };
    const delivered = { width: maxDimension, height: maxDimension };
    return { file: { ...image, bytes: png(maxDimension) }, original, delivered };
  },
};

function aViewer(settings = '') {
  return anAgent(
    `
    triggers:
      look:
        input:
          FILES: { type: 'file[]' }
    tools:
      snap:
        description: Takes a picture
        parameters: {}
    agent:
      model: test/main
      backupModel: test/blind
      system: system
      tools: [snap]
      agentic: true
      ${settings}
    handlers:
      look:
        Show:
          block: add-message
          role: user
          prompt: message
          files: [FILES]
        Say:
          block: next-message
    `,
    { system: 'You look at things.', message: 'What is it?' },
  );
}

interface ViewOptions {
  readonly settings?: string;
  readonly reads?: { readonly [id: string]: readonly ModelMedia[] };
  readonly images?: Images;
}

function view(steps: readonly ScriptedStep[], { settings, reads, images: scaler = images }: ViewOptions = {}) {
  const talk = converse(aViewer(settings), steps, { ports: { images: scaler }, models: { ...(reads && { reads }) } });
  const store = (bytes: Uint8Array, mediaType: string, filename: string) =>
    talk.ports.files.store(bytes, { mediaType, filename });
  const look = (...files: readonly FileReference[]) =>
    talk.session.trigger({ triggerName: 'look', input: { FILES: files } });
  const shown = (call = -1) =>
    talk.models.calls.at(call)?.request.messages.findLast(({ role }) => role === 'user')?.content;
  return { ...talk, store, look, shown };
}

const fern = () => reply(text('a', 'A fern.'));
const noted = (logs: readonly { readonly type: string }[]) => logs.filter(({ type }) => type === 'image-adapted');

describe('files of a message', () => {
  test('[rt.context.native-files] images and PDF go as their bytes, a text as its content', async () => {
    const { store, look, shown } = view([fern()]);
    await look(
      await store(png(300), 'image/png', 'fern.png'),
      await store(new Uint8Array([37, 80]), 'application/pdf', 'fern.pdf'),
      await store(new TextEncoder().encode('# Ferns'), 'text/markdown', 'fern.md'),
    );
    expect(shown()).toEqual([
      { type: 'file', mediaType: 'image/png', filename: 'fern.png', data: { bytes: png(300) } },
      { type: 'file', mediaType: 'application/pdf', filename: 'fern.pdf', data: { bytes: new Uint8Array([37, 80]) } },
      { type: 'text', text: expect.stringMatching(/^\[Attached file "fern\.md" \(text\/markdown\): .*\]\n# Ferns$/) },
      { type: 'text', text: 'What is it?' },
    ]);
  });

  test('[rt.context.other-files] others, and what the model cannot see, are announced in a line', async () => {
    const reads = { 'test/main': ['image', 'pdf', 'video'], 'test/blind': [] } as const;
    const { store, look, shown } = view([{ batches: [failure()] }, fern()], { reads });
    const sheet = await store(new Uint8Array(7), 'application/vnd.ms-excel', 'fern.xls');
    await look(
      await store(new Uint8Array(3), 'video/mp4', 'fern.mp4'),
      sheet,
      await store(png(1), 'image/png', 'a.png'),
    );
    expect(shown(0)?.map(({ type }) => type)).toEqual(['file', 'text', 'file', 'text']);
    expect(shown(0)?.[1]).toEqual({
      type: 'text',
      text: `[Attached file "fern.xls" (application/vnd.ms-excel, 7 bytes): ${sheet.url}]`,
    });
    expect(shown(1)?.[0]).toMatchObject({
      text: expect.stringMatching(/fern\.mp4.*This model cannot watch videos\.$/),
    });
    expect(shown(1)?.[2]).toMatchObject({ text: expect.stringMatching(/^\[Attached file "a\.png"/) });
  });

  test('what cannot be read, is too large or is no picture is announced with the reason', async () => {
    const { store, look, shown } = view([fern()]);
    const gone = { id: 'gone', mediaType: 'image/png', url: 'https://files.test/gone', filename: 'gone.png' };
    await look(
      gone,
      await store(new Uint8Array([1, 2]), 'image/png', 'fake.png'),
      await store(new Uint8Array(21 * 1024 * 1024), 'image/png', 'big.png'),
    );
    const texts = shown()?.map((part) => (part.type === 'text' ? part.text.replace(/.*\] /, '') : part.type));
    expect(texts).toEqual([
      'It cannot be shown: there is no such file.',
      'It cannot be shown: it is no PNG, JPEG, GIF or WebP.',
      'It cannot be shown: it is too large.',
      'What is it?',
    ]);
  });

  test('a picture is read once for all steps of a turn', async () => {
    const { store, look, session, ports } = view([
      reply(toolCall('c1', 'snap')),
      reply(toolCall('c2', 'no-tool')),
      fern(),
    ]);
    const picture = await store(png(300), 'image/png', 'fern.png');
    let reads = 0;
    const read = ports.files.read.bind(ports.files);
    ports.files.read = (file, limits) => {
      reads += 1;
      return read(file, limits);
    };
    await look(picture);
    await session.answerAll('done');
    // Once before the pause and once after it.
    expect(reads).toBe(2);
  });
});

describe('[rt.guard.inline-media] media inside a result', () => {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

  test('become files of the call, links stand in their place, and the model sees the pictures', async () => {
    const { look, session, models, ports } = view([reply(toolCall('c1', 'snap')), fern()]);
    await look();
    const picture = { type: 'image', data: base64(png(300)), mimeType: 'image/jpeg' };
    const sound = { type: 'audio', data: base64(new Uint8Array([1, 2, 3])), mimeType: 'audio/wav' };
    const leg = await session.answerAll({ content: [{ type: 'text', text: 'Here.' }, picture, sound] });
    const [image, audio] = [...ports.files.stored.keys()];
    expect(models.calls[1]?.request.messages.at(-1)?.content).toEqual([
      {
        type: 'tool-result',
        toolCallId: 'c1',
        toolName: 'snap',
        output: {
          kind: 'result',
          value: {
            content: [
              { type: 'text', text: 'Here.' },
              { type: 'image', mediaType: 'image/png', size: 9, url: `https://files.test/${image}` },
              { type: 'audio', mediaType: 'audio/wav', size: 3, url: `https://files.test/${audio}` },
            ],
          },
        },
        files: [{ type: 'file', mediaType: 'image/png', filename: 'image-2.png', data: { bytes: png(300) } }],
      },
    ]);
    expect(leg.events.filter(({ type }) => type === 'file-available')).toMatchObject([
      { id: image, toolCallId: 'c1' },
      { id: audio, toolCallId: 'c1' },
    ]);
    for (const kept of [session.state.messages, session.state.execution, leg.changes]) {
      expect(JSON.stringify(kept)).not.toContain(picture.data);
    }
  });

  test('an image that is none is linked and not shown; what is no Base64 is left out', async () => {
    const { look, session, models } = view([reply(toolCall('c1', 'snap')), fern()]);
    await look();
    await session.answerAll([
      { type: 'image', data: base64(new Uint8Array([60, 115, 118, 103])) },
      { type: 'blob', data: '%' },
    ]);
    const [result] = models.calls[1]?.request.messages.at(-1)?.content ?? [];
    expect(result).not.toHaveProperty('files');
    expect(result).toMatchObject({
      output: {
        value: [
          { type: 'image', mediaType: 'application/octet-stream', url: expect.any(String), note: expect.any(String) },
          { type: 'blob', omitted: true },
        ],
      },
    });
  });
});

describe('[rt.guard.image-dimension] [proto.view.image-dimension] maxImageDimension', () => {
  test('[rt.log.image-adapted] larger pictures are delivered scaled down and logged once, the stored file stays', async () => {
    const { store, look, shown, session, ports } = view([fern(), reply(toolCall('c1', 'snap')), fern()], {
      settings: 'maxImageDimension: 500',
    });
    const large = await store(png(1_200), 'image/png', 'large.png');
    const leg = await look(large, await store(png(400), 'image/png', 'small.png'));
    expect(shown()?.slice(0, 2)).toMatchObject([{ data: { bytes: png(500) } }, { data: { bytes: png(400) } }]);
    expect(noted(leg.logs)).toMatchObject([
      {
        source: 'declared-cap',
        adaptation: 'downscaled',
        originalWidth: 1_200,
        originalHeight: 1_200,
        deliveredWidth: 500,
        deliveredHeight: 500,
        maxImageDimension: 500,
      },
    ]);
    expect(ports.files.stored.get(large.id)?.bytes).toEqual(png(1_200));
    expect(noted((await look()).logs)).toEqual([]);
    expect(noted((await session.answerAll(1)).logs)).toEqual([]);
  });

  test('holds for pictures that tools return', async () => {
    const { store, look, session, models } = view([reply(toolCall('c1', 'snap')), fern()], {
      settings: 'maxImageDimension: 500',
    });
    await look();
    const files = [await store(png(900), 'image/png', 'snap.png')];
    const { executionId } = session.state.execution!;
    await session.continue({ executionId, toolResults: [{ toolCallId: 'c1', result: 'Here.', files }] });
    expect(models.calls[1]?.request.messages.at(-1)?.content).toMatchObject([
      { type: 'tool-result', files: [{ mediaType: 'image/png', data: { bytes: png(500) } }] },
    ]);
  });

  test('without somebody who scales, pictures go as they are', async () => {
    const { ports, ...talk } = view([fern()], { settings: 'maxImageDimension: 500' });
    Reflect.deleteProperty(ports, 'images');
    await talk.look(await talk.store(png(1_200), 'image/png', 'large.png'));
    expect(talk.shown()?.[0]).toMatchObject({ data: { bytes: png(1_200) } });
  });
});

describe('[rt.compaction.images] after a provider refused the images', () => {
  const refusal = (images: NonNullable<ProviderFailure['images']>): ScriptedStep => ({
    batches: [failure({ errorType: 'validation_error', code: 'UNSUPPORTED_INPUT', retryable: false, images })],
  });
  const settings = 'contextManagement: {}';

  test('for their size they are scaled down, by what the provider says, then by halves, and stay so', async () => {
    const steps = [
      refusal({ constraint: 'dimensions', limit: 800 }),
      refusal({ constraint: 'dimensions' }),
      fern(),
      fern(),
    ];
    const { store, look, shown, session } = view(steps, { settings });
    const picture = await store(png(1_200), 'image/png', 'large.png');
    const leg = await look(picture);
    expect(leg.ending).toEqual({ ending: 'completed' });
    expect(shown()?.[0]).toMatchObject({ data: { bytes: png(400) } });
    expect(noted(leg.logs)).toMatchObject([
      {
        source: 'reactive-recovery',
        adaptation: 'downscaled',
        maxImageDimension: 800,
        constraint: 'dimensions',
        attempts: 1,
      },
      { source: 'reactive-recovery', maxImageDimension: 400, attempts: 2 },
    ]);
    await look(picture);
    expect(shown()?.[0]).toMatchObject({ data: { bytes: png(400) } });
    expect(session.state.context?.imageLimits).toEqual({ maxDimension: 400 });
  });

  test('for their number the oldest are left out', async () => {
    const { store, look, shown } = view([refusal({ constraint: 'count', limit: 2 }), fern()], { settings });
    const files = await Promise.all([100, 200, 300].map((width) => store(png(width), 'image/png', `${width}.png`)));
    const leg = await look(...files);
    expect(shown()).toMatchObject([
      { type: 'text', text: '[An older image was left out here.]' },
      { data: { bytes: png(200) } },
      { data: { bytes: png(300) } },
      { type: 'text' },
    ]);
    expect(noted(leg.logs)).toMatchObject([{ adaptation: 'count-elided', imagesElided: 1, constraint: 'count' }]);
  });

  test('it gives up after three times, and at once without contextManagement', async () => {
    const refused = () => refusal({ constraint: 'dimensions' });
    const patient = view([refused(), refused(), refused(), refused()], { settings });
    const failed = { type: 'error', code: 'UNSUPPORTED_INPUT' };
    expect((await patient.look(await patient.store(png(100), 'image/png', 'a.png'))).events.at(-1)).toMatchObject(
      failed,
    );
    expect(patient.models.calls).toHaveLength(4);
    const plain = view([refused()]);
    expect((await plain.look(await plain.store(png(100), 'image/png', 'a.png'))).events.at(-1)).toMatchObject(failed);
  });
});
