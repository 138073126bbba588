import { createModels } from '@octavus/models';
import { describe, expect, test } from 'vitest';
import { openRecordedProvider } from '../providers/recorded-provider.ts';
import type { Recorded } from '../providers/wire-format.ts';
import { type SessionServer, serveSessions } from '../serve-sessions.ts';
import type { TestDatabase } from './storage.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look at what came without saying what it may be
type Json = any;

const painter = (model: string) => `
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
agent:
  model: ${model}
  system: system
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: user-message, input: [USER_MESSAGE] }
    Answer: { block: next-message }
`;

const v4 = { 'x-octavus-sdk-version': '4' };

/** The smallest PNG. */
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

interface Studio {
  readonly server: SessionServer;
  readonly path: string;
  /** What the provider was asked last. */
  body(): Json;
  say(message: string): Promise<readonly Json[]>;
}

/** Pictures that a language model makes in its answer, from the provider's wire to the next request. */
export function describeGeneratedFiles(name: string, open: () => Promise<TestDatabase>): void {
  async function withStudio(
    model: string,
    script: readonly Recorded[],
    work: (studio: Studio) => Promise<void>,
  ): Promise<void> {
    await using provider = await openRecordedProvider();
    await using database = await open();
    const { resolve } = createModels(provider.config);
    await using server = await serveSessions({ databaseUrl: database.url, resolve });
    server.services.setPublicUrl(server.url);
    const agentId = await server.createAgent(
      { slug: 'painter', name: 'Painter', format: 'interactive' },
      painter(model),
    );
    const { body: session } = await server.call('POST', '/api/agent-sessions', { agentId });
    const path = `/api/agent-sessions/${session.sessionId}`;
    provider.load(script);
    await work({
      server,
      path,
      body: () => provider.bodies.at(-1),
      say: async (USER_MESSAGE) =>
        (await server.stream(`${path}/trigger`, { triggerName: 'user-message', input: { USER_MESSAGE } })).events,
    });
    provider.assertDone();
  }

  describe(`${name}: a picture in the answer of a language model`, () => {
    test('[sse.event.file] [rt.durable.file] is a file of the session, and goes back to Gemini whole with its signature', () =>
      withStudio(
        'google/gemini-3-pro-image',
        [{ paints: [picture] }, { says: ['Bluer.'], paints: [picture] }, { says: ['Bye.'] }],
        async ({ server, path, say, body }) => {
          const events = await say('A fern');
          expect(events.map(({ type }) => type)).toEqual([
            'start',
            'block-start',
            'file-available',
            'block-end',
            'finish',
          ]);
          const { type: _, ...file } = events[2];
          expect(file).toMatchObject({ mediaType: 'image/png', filename: 'image.png' });
          const bytes = Buffer.from(await (await fetch(file.url)).arrayBuffer());
          expect(bytes.toString('base64')).toBe(picture);

          await say('Bluer');
          expect(body().contents[1]).toEqual({
            role: 'model',
            parts: [{ inlineData: { mimeType: 'image/png', data: picture }, thoughtSignature: 'c2ln' }],
          });

          const { body: logs } = await server.call('GET', `${path}/logs`);
          const answers = logs.entries.filter((entry: Json) => entry.type === 'llm-response');
          expect(answers[0]).toMatchObject({ response: '', files: [{ id: file.id, mediaType: 'image/png' }] });

          const { body: shown } = await server.call('GET', `${path}?format=ui`, undefined, v4);
          expect(shown.messages.map(({ parts }: Json) => parts.map(({ type }: Json) => type))).toEqual([
            ['text'],
            ['file'],
            ['text'],
            ['text', 'file'],
          ]);
          await server.call('DELETE', path);
          const restored = await server.call('POST', `${path}/restore`, { messages: shown.messages });
          expect([restored.status, restored.body]).toMatchObject([200, { restored: true }]);
          await say('Thanks');
          const pictures = body().contents.flatMap(({ role, parts }: Json) =>
            parts.flatMap(({ inlineData }: Json) => (inlineData ? [[role, inlineData.data]] : [])),
          );
          // Its signature is lost with the session it was made in: Gemini would refuse it as its own.
          expect(pictures).toEqual([
            ['user', picture],
            ['user', picture],
          ]);
        },
      ));

    test('goes back as an image of the user where a provider takes none of the assistant', () =>
      withStudio(
        'openrouter/google/gemini-3-pro-image',
        [{ says: ['Here.'], paints: [picture] }, { says: ['Bluer.'] }],
        async ({ say, body }) => {
          expect((await say('A fern')).map(({ type }) => type)).toContain('file-available');
          await say('Bluer');
          const { messages } = body();
          expect(messages.map(({ role }: Json) => role)).toEqual(['system', 'user', 'assistant', 'user', 'user']);
          expect(messages[3].content).toContainEqual({
            type: 'image_url',
            image_url: { url: `data:image/png;base64,${picture}` },
          });
        },
      ));
  });
}
