import { describe, expect, test } from 'vitest';
import { converse, outline } from '../../test/converse.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import type { WebSearch } from '../ports.ts';
import { anAgent, reply, text, toolCall } from '../testing/index.ts';

const go = { triggerName: 'go' };

describe('web search', () => {
  const agent = anAgent(
    `
triggers:
  go:
    input:
      MESSAGE: { type: string, optional: true, default: Hi }
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  agentic: true
  webSearch: true
handlers:
  go:
    Ask: { block: add-message, role: user, prompt: message, input: [MESSAGE] }
    Answer: { block: next-message }
`,
    { system: 'You are kind.', message: '{{MESSAGE}}' },
  );
  const pages = [
    { title: 'Scale on ferns', url: 'https://plants.example/scale', snippet: 'Small brown discs.' },
    { title: 'Ferns', url: 'https://plants.example/ferns', snippet: 'Green.' },
  ];
  const search = toolCall('c1', 'octavus_web_search', { query: 'fern scale', maxResults: 50 });
  const steps = () => [reply(search), reply(text('a', 'It is scale.'))];

  test('[proto.built-in.search] [sse.event.source] gives the model the pages, and people one source for each', async () => {
    const asked: unknown[] = [];
    const webSearch: WebSearch = {
      search: async (given) => {
        asked.push(given);
        return { results: pages };
      },
    };
    const { session, models } = converse(agent, steps(), { ports: { webSearch } });
    const leg = await session.trigger(go);
    expect(asked).toEqual([{ query: 'fern scale', maxResults: 20 }]);
    expect(models.calls[1]!.request.messages.at(-1)!.content).toMatchObject([
      { output: { kind: 'result', value: { results: pages } } },
    ]);
    expect(outline(leg.events).slice(2, 9)).toEqual([
      'tool-input-start:octavus_web_search',
      'tool-input-delta',
      'tool-input-end',
      'tool-input-available',
      'tool-output-available',
      'source',
      'source',
    ]);
    const sources = leg.events.filter(({ type }) => type === 'source');
    expect(sources[0]).toEqual({
      type: 'source',
      sourceType: 'url',
      id: 'src-1',
      url: pages[0]!.url,
      title: pages[0]!.title,
    });
    const shown = toUiMessages(session.state)[1]!.parts.map(({ type }) => type);
    expect(shown).toEqual(['tool-call', 'source', 'source', 'step-start', 'text']);
  });

  test.each([
    [undefined, 'no search backend is configured'],
    [{ search: async () => ({ problem: 'Brave answered 429.' }) }, 'The web search failed: Brave answered 429.'],
  ])('[proto.built-in.search] is a tool error where there is none or it fails (%#)', async (webSearch, error) => {
    const { session } = converse(agent, steps(), { ports: { ...(webSearch && { webSearch }) } });
    const leg = await session.trigger(go);
    expect(leg.events.find(({ type }) => type === 'tool-output-error')).toMatchObject({
      error: expect.stringContaining(error),
    });
    expect(leg.ending).toEqual({ ending: 'completed' });
  });

  test('ends at once when the run is stopped, and its call is cancelled', async () => {
    const webSearch: WebSearch = { search: () => new Promise(() => undefined) };
    const { session } = converse(agent, [reply(search)], { ports: { webSearch } });
    const leg = await session.trigger(go, { stop: { afterBatches: 2, reason: 'abort' } });
    expect(leg.ending).toEqual({ ending: 'aborted' });
    expect(leg.events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
    expect(toUiMessages(session.state)[1]!.parts[0]).toMatchObject({ type: 'tool-call', status: 'cancelled' });
  });

  test('[rt.loop.parallel] several run at the same time, at most 8', async () => {
    let running = 0;
    let most = 0;
    const webSearch: WebSearch = {
      search: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        return { results: pages.slice(0, 1) };
      },
    };
    const calls = Array.from({ length: 11 }, (_, index) => toolCall(`c${index}`, 'octavus_web_search', { query: 'q' }));
    const { session } = converse(agent, [reply(...calls), reply(text('a', 'Done'))], { ports: { webSearch } });
    const leg = await session.trigger(go);
    expect(most).toBe(8);
    expect(leg.events.filter(({ type }) => type === 'tool-output-available')).toHaveLength(11);
  });
});
