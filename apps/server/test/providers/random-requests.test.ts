import { createModels } from '@octavus/models';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patience, runs } from '../../../../packages/engine/test/drive.ts';
import { sessionCommands, setUp } from '../../../../packages/engine/test/session-commands.ts';
import { openRecordedProvider, type RecordedProvider } from './recorded-provider.ts';

let provider: RecordedProvider;
beforeAll(async () => {
  provider = await openRecordedProvider();
  provider.load('anything');
});
afterAll(() => provider[Symbol.asyncDispose]());

/** One model for each way in which a provider is asked. */
const ids = [
  'anthropic/claude-sonnet-4-5',
  'openai/gpt-5.4',
  'google/gemini-2.5-flash',
  'x-ai/grok-4.3',
  'openrouter/openai/gpt-5.4',
  'lab/small',
];

test(
  '[rt.context.unanswered] whatever happens to a session, every provider gets a request that keeps to the rules of its API',
  async () => {
    const models = createModels(provider.config);
    const property = fc.asyncProperty(fc.nat(), sessionCommands, async (seed, commands) => {
      // What a provider ran itself goes back to that one alone.
      const session = setUp({ seed, canFail: true, hasOwnTools: false });
      await fc.asyncModelRun(() => session, commands);
      // What a session asked last holds all that was before.
      const requests = session.real.models.calls.slice(-2);
      for (const request of requests) {
        const sent = ids.map(async (id) => {
          const resolved = models.resolve(id);
          if (!('model' in resolved)) throw new Error(resolved.failure.message);
          const parts = [];
          for await (const batch of resolved.model.stream(request, new AbortController().signal)) parts.push(...batch);
          expect(parts.at(-1)).toMatchObject({ type: 'finish' });
        });
        await Promise.all(sent).catch((error) => {
          provider.assertDone();
          throw error;
        });
      }
      provider.assertDone();
    });
    await fc.assert(property, { numRuns: runs(60) });
  },
  patience,
);
