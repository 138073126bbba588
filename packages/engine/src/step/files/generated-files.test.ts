import { describe, expect, test } from 'vitest';
import { converse, outline } from '../../../test/converse.ts';
import { fromUiMessages } from '../../messages/from-ui-messages.ts';
import { serializeThread } from '../../messages/serialize-thread.ts';
import { toUiMessages } from '../../messages/to-ui-messages.ts';
import { replayTurn } from '../../replay.ts';
import {
  anAgent,
  failure,
  file,
  hang,
  inBatchesOf,
  reasoning,
  reply,
  type ScriptedStep,
  text,
  toolCall,
} from '../../testing/index.ts';

const png = (mark: number) => new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, mark]);

function aPainter(answer = '', agent = '') {
  return anAgent(
    `
    triggers:
      ask:
        input:
          WISH: { type: string }
    variables:
      ANSWER: { type: unknown }
    tools:
      frame:
        description: Frames a picture
        parameters: {}
    agent:
      model: google/brush
      system: system
      tools: [frame]
      agentic: true
      ${agent}
    handlers:
      ask:
        Add: { block: add-message, role: user, prompt: wish, input: [WISH] }
        Answer:
          block: next-message
          output: ANSWER
          ${answer}
    `,
    { system: 'You paint.', wish: '{{WISH}}' },
  );
}

function paint(
  steps: readonly ScriptedStep[],
  definition = aPainter(),
  takesOwnFiles: readonly string[] = ['google/brush'],
) {
  const talk = converse(definition, steps, { models: { takesOwnFiles } });
  const ask = (WISH: string, options = {}) => talk.session.trigger({ triggerName: 'ask', input: { WISH } }, options);
  const history = (call = -1) => talk.models.calls.at(call)!.request.messages;
  return { ...talk, ask, history, definition };
}

const picture = (mark = 1) => ({
  type: 'file',
  mediaType: 'image/png',
  filename: 'image.png',
  data: { bytes: png(mark) },
});

describe('a file that a model makes in a step', () => {
  test('[sse.event.file] [rt.part.file] alone is an answer: stored, announced in the block, logged, a part of the message for people', async () => {
    const { session, ask, ports } = paint([reply(file('image/png', png(1)))]);
    const leg = await ask('A fern');
    expect(outline(leg.events)).toEqual(['start', 'block-start:Answer', 'file-available', 'block-end', 'finish:stop']);
    const [[id, stored] = []] = [...ports.files.stored];
    expect(stored).toEqual({ bytes: png(1), mediaType: 'image/png', filename: 'image.png' });
    const shown = { id, mediaType: 'image/png', url: `https://files.test/${id}`, filename: 'image.png', size: 9 };
    expect(leg.events[2]).toEqual({ type: 'file-available', ...shown });
    expect(toUiMessages(session.state)[1]?.parts).toEqual([{ type: 'file', ...shown }]);
    expect(leg.logs).toContainEqual(expect.objectContaining({ type: 'llm-response', response: '', files: [shown] }));
    expect(serializeThread(session.state.messages, { thread: 'main', format: 'markdown' })).toContain(
      '[file: image.png]',
    );
    expect(session.state.variables).toEqual({ ANSWER: '' });
  });

  test('[rt.durable.file] is part of the stored message before it is announced', async () => {
    const { ask } = paint([inBatchesOf(1, reply(text('a', 'Here:'), file('image/png', png(1)), text('b', 'Done.')))]);
    const { outputs } = await ask('A fern');
    const at = outputs.findIndex((output) => 'type' in output && output.type === 'file-available');
    const stored = outputs.findIndex(
      (output) => 'change' in output && JSON.stringify(output).includes('"type":"file"'),
    );
    expect(stored).toBeGreaterThan(-1);
    expect(stored).toBeLessThan(at);
  });

  test('[sse.grammar.g1] stands between texts, each of which is whole', async () => {
    const answer = reply(
      reasoning('r', ['Hm']),
      text('a', 'One:'),
      file('image/png', png(1)),
      text('b', 'Two:'),
      file('image/png', png(2)),
    );
    const { session, ask } = paint([answer]);
    const leg = await ask('Two ferns');
    expect(outline(leg.events).slice(5, -2)).toEqual([
      'text-start',
      'text-delta:One:',
      'text-end',
      'file-available',
      'text-start',
      'text-delta:Two:',
      'text-end',
      'file-available',
    ]);
    expect(toUiMessages(session.state)[1]?.parts.map(({ type }) => type)).toEqual([
      'reasoning',
      'text',
      'file',
      'text',
      'file',
    ]);
  });

  test('goes back to its provider in the assistant message, with its signature and its bytes', async () => {
    const { ask, history } = paint([
      reply(text('a', 'Here.'), file('image/png', png(1), 'c2ln')),
      reply(text('b', 'Bluer.')),
    ]);
    await ask('A fern');
    await ask('Bluer');
    expect(history()[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'text', text: 'Here.' },
        { ...picture(), providerMetadata: { google: { thoughtSignature: 'c2ln' } } },
      ],
    });
    expect(history().map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  test('the signature of a text that comes with its last piece is kept, too', async () => {
    const signed = {
      type: 'text-delta',
      id: 'a',
      delta: '',
      providerMetadata: { google: { thoughtSignature: 'dGV4dA' } },
    } as const;
    const { ask, history } = paint([reply([...text('a', 'Here.').slice(0, -1), signed]), reply(text('b', 'Yes.'))]);
    await ask('A fern');
    await ask('Sure?');
    expect(history()[1]?.content).toEqual([
      { type: 'text', text: 'Here.', providerMetadata: { google: { thoughtSignature: 'dGV4dA' } } },
    ]);
  });

  test('is shown by the user to models that take none of the assistant, after the results of its step', async () => {
    const steps = [
      reply(file('image/png', png(1)), toolCall('c1', 'frame')),
      reply(text('a', 'Framed.')),
      reply(text('b', 'Bluer.')),
    ];
    const { session, ask, history } = paint(steps, aPainter(), []);
    await ask('A fern');
    await session.answerAll('gold');
    await ask('Bluer');
    expect(history().map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user', 'assistant', 'user']);
    expect(history()[3]?.content).toEqual([
      { type: 'text', text: '[Made by the assistant, part of its answer:]' },
      picture(),
    ]);
  });

  test('that is all of an answer is no empty message for another provider', async () => {
    const { ask, history } = paint([reply(file('image/png', png(1))), reply(text('b', 'Bluer.'))], aPainter(), []);
    await ask('A fern');
    await ask('Bluer');
    expect(history().map(({ role }) => role)).toEqual(['user', 'user', 'user']);
  });

  test('[rt.restore.same] comes back with a restore, for people and for the model', async () => {
    const { session, ask, ports } = paint([reply(text('a', 'Here.'), file('image/png', png(1), 'c2ln'))]);
    await ask('A fern');
    const restored = fromUiMessages(toUiMessages(session.state) as never, ports.ids);
    const next = paint([reply(text('b', 'Bluer.'))]);
    await next.ports.files.store(png(1), { mediaType: 'image/png', filename: 'image.png' });
    next.session.state = { ...next.session.state, messages: restored.messages };
    await next.ask('Bluer');
    // Who made it is not known any more, and its signature is gone: it is nobody's own.
    expect(next.history().map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'user']);
    expect(next.history()[2]?.content[1]).toEqual(picture());
    expect(toUiMessages(next.session.state)[1]?.parts.map(({ type }) => type)).toEqual(['text', 'file']);
  });

  test('a picture of a block stays out of the model’s view after a restore as before', async () => {
    const operation = {
      type: 'operation',
      operationId: 'o',
      name: 'Paint',
      operationType: 'generate-image',
      status: 'done',
    } as const;
    const block = { type: 'file', id: 'f', mediaType: 'image/png', url: 'https://files.test/f' } as const;
    const message = {
      id: 'm',
      role: 'assistant',
      createdAt: '2026-03-04T09:30:00.000Z',
      status: 'done',
      parts: [operation, block],
    };
    const { ports } = paint([]);
    const { messages } = fromUiMessages([message] as never, ports.ids);
    expect(messages[0]?.parts[1]).toEqual({
      type: 'file',
      visible: true,
      file: { id: 'f', mediaType: 'image/png', url: 'https://files.test/f' },
    });
  });

  test('[sse.display.block.name] modes that hide the work do not announce it; the conversation has it', async () => {
    const definition = aPainter('display: name');
    const { session, ask } = paint([reply(text('a', 'Here.'), file('image/png', png(1)))], definition);
    const leg = await ask('A fern');
    expect(outline(leg.events)).not.toContain('file-available');
    expect(toUiMessages(session.state)[1]?.parts.map(({ type }) => type)).toEqual(['text', 'file']);
    expect(replayTurn(session.state, definition).map(({ type }) => type)).not.toContain('file-available');
  });

  test('a replayed turn has it', async () => {
    const { session, ask, definition } = paint([reply(file('image/png', png(1)))]);
    const leg = await ask('A fern');
    expect(replayTurn(session.state, definition)).toEqual(leg.events);
  });

  test('an independent turn leaves none in the conversation', async () => {
    const { session, ask } = paint([reply(file('image/png', png(1)))], aPainter('independent: true'));
    await ask('A fern');
    expect(toUiMessages(session.state).map(({ role }) => role)).toEqual(['user']);
  });

  test('is kept when the answer breaks off after it, and the step is not asked for again', async () => {
    const { session, ask, models } = paint([{ batches: [file('image/png', png(1)), failure()] }]);
    const leg = await ask('A fern');
    expect(leg.ending?.ending).toBe('failed');
    expect(models.calls).toHaveLength(1);
    expect(toUiMessages(session.state)[1]?.parts.map(({ type }) => type)).toEqual(['file']);
  });

  test('is kept when the run is stopped after it', async () => {
    const { session, ask } = paint([hang(file('image/png', png(1)))]);
    const leg = await ask('A fern', { stop: { afterBatches: 2, reason: 'abort' } });
    expect(outline(leg.events).slice(-3)).toEqual(['file-available', 'block-end', 'finish:stop']);
    expect(toUiMessages(session.state)[1]?.parts.map(({ type }) => type)).toEqual(['file']);
  });

  test('[rt.abort] does not hold up a stop while its bytes are on their way to the store', async () => {
    const { session, ask, ports } = paint([hang(text('a', 'Here.'), file('image/png', png(1)))]);
    const { files } = ports as { files: { store: unknown } };
    files.store = () => new Promise(() => undefined);
    const leg = await ask('A fern', { stop: { afterBatches: 2, reason: 'abort' } });
    expect(outline(leg.events).slice(-3)).toEqual(['text-end', 'block-end', 'finish:stop']);
    expect(toUiMessages(session.state)[1]?.parts).toMatchObject([{ type: 'text', text: 'Here.' }]);
  });

  test.each([
    ['image/png; charset=binary', png(1), 'image/png', 'image.png'],
    ['text/csv', new Uint8Array([65]), 'text/csv', 'file.csv'],
    ['audio/mpeg', new Uint8Array([1]), 'audio/mpeg', 'audio.mp3'],
    ['what a picture', new Uint8Array([1]), 'application/octet-stream', 'file.bin'],
    ['what a picture', png(1), 'image/png', 'image.png'],
  ])('of type %j is named for what it is', async (told, bytes, mediaType, filename) => {
    const { ask } = paint([reply(file(told, bytes))]);
    const { events } = await ask('A fern');
    expect(events[2]).toMatchObject({ type: 'file-available', mediaType, filename });
  });
});
