import { OctavusError } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { openingValues } from '../../src/requests/opening-values.ts';
import { anAgent, aProviderFailure, reply, scriptedModels, text, toolCall } from '../../src/testing/index.ts';
import { converse, outline } from '../converse.ts';

/** An agent and a named thread, with names for a setting to be read from: GIVEN of the session, TOLD by the trigger. */
function anAgentWith(agentKeys: string, threadKeys = '') {
  return anAgent(
    `
input: { GIVEN: { type: unknown, optional: true } }
triggers:
  go: { input: { TOLD: { type: unknown, optional: true } } }
tools: { look: { description: Looking } }
agent: { model: openai/gpt-4o, system: system, tools: [look]${agentKeys} }
handlers:
  go:
    Open: { block: start-thread, thread: side, system: system${threadKeys} }
    Ask: { block: add-message, role: user, prompt: system }
    Answer: { block: next-message }
    Put: { block: add-message, thread: side, role: user, prompt: system }
    Take: { block: next-message, thread: side }
`,
    { system: 'Hi' },
  );
}

/** What the models of both threads are asked with: the agent's, then the named thread's. */
async function askedWith(agentKeys: string, threadKeys = '', { given, told }: { given?: string; told?: string } = {}) {
  const replies = [reply(text('a', 'Yes.')), reply(text('b', 'No.'))];
  const { session, models } = converse(anAgentWith(agentKeys, threadKeys), replies, {
    ...(given !== undefined && { input: { GIVEN: given } }),
  });
  const leg = await session.trigger({ triggerName: 'go', input: told === undefined ? {} : { TOLD: told } });
  return { asked: models.calls.map(({ request }) => request.settings), last: leg.events.at(-1) };
}

const both = (settings: object) => [expect.objectContaining(settings), expect.objectContaining(settings)];

describe('thinking', () => {
  test.each(['low', 'medium', 'high', 'max', 'off'])(
    '[rt.settings.thinking] is %s, written or read from an input',
    async (level) => {
      expect((await askedWith(`, thinking: "${level}"`)).asked).toEqual(both({ thinking: level }));
      expect((await askedWith(', thinking: GIVEN', '', { given: level })).asked).toEqual(both({ thinking: level }));
      const threads = await askedWith('', ', thinking: TOLD', { told: level });
      expect(threads.asked).toEqual([
        expect.not.objectContaining({ thinking: level }),
        expect.objectContaining({ thinking: level }),
      ]);
    },
  );

  test('[rt.settings.thinking] is the provider’s own unless said, and a thread that says its own keeps it', async () => {
    for (const settings of (await askedWith('')).asked) expect(settings).not.toHaveProperty('thinking');
    expect((await askedWith(', thinking: high', ', thinking: low')).asked).toMatchObject([
      { thinking: 'high' },
      { thinking: 'low' },
    ]);
  });

  test.each(['HIGH', 'extreme', 'on', 7, true])(
    '[rt.settings.thinking] [rt.settings.invalid] is nothing else: %j',
    async (told) => {
      const { last } = await askedWith('', ', thinking: TOLD', { told: told as string });
      expect(last).toMatchObject({ type: 'error', errorType: 'validation_error' });
      expect(() => openingValues(anAgentWith(', thinking: GIVEN'), { GIVEN: told })).toThrow(
        'low, medium, high, max or off',
      );
    },
  );
});

describe('speed', () => {
  test('[rt.settings.speed] is standard unless said', async () => {
    expect((await askedWith('')).asked).toEqual(both({ speed: 'standard' }));
    expect((await askedWith(', speed: GIVEN')).asked).toEqual(both({ speed: 'standard' }));
  });

  test.each(['fast', 'standard'])(
    '[rt.settings.speed] is %s, written or read from an input, for the agent and what inherits it',
    async (speed) => {
      expect((await askedWith(`, speed: ${speed}`)).asked).toEqual(both({ speed }));
      expect((await askedWith(', speed: GIVEN', '', { given: speed })).asked).toEqual(both({ speed }));
      const threads = await askedWith('', ', speed: TOLD', { told: speed });
      expect(threads.asked).toMatchObject([{ speed: 'standard' }, { speed }]);
    },
  );

  test.each(['off', 'slow', 'FAST', 2])(
    '[rt.settings.speed] [rt.settings.invalid] is nothing else: %j',
    async (told) => {
      const { last } = await askedWith('', ', speed: TOLD', { told: told as string });
      expect(last).toMatchObject({ type: 'error', errorType: 'validation_error' });
      expect(() => openingValues(anAgentWith(', speed: GIVEN'), { GIVEN: told })).toThrow('fast or standard');
    },
  );
});

describe('limits', () => {
  const limits = ', maxOutputTokens: 9, maxToolOutputTokens: 8, maxImageDimension: 7, loopGuard: true';
  const names = ['maxOutputTokens', 'maxToolOutputTokens', 'maxImageDimension'] as const;

  test('[rt.settings.limits] are unset unless said, and those of the agent are not those of a thread', async () => {
    const kept = async (agentKeys: string, threadKeys: string) => {
      const { session } = converse(anAgentWith(agentKeys, threadKeys), [
        reply(text('a', 'Yes.')),
        reply(text('b', 'No.')),
      ]);
      await session.trigger({ triggerName: 'go' });
      return session.state.threads.get('side')?.settings;
    };
    const set = { maxOutputTokens: 9, maxToolOutputTokens: 8, maxImageDimension: 7, loopGuard: true };
    expect(await kept('', limits)).toMatchObject(set);
    for (const agentKeys of ['', limits]) {
      const plain = await kept(agentKeys, '');
      for (const name of names) expect(plain).not.toHaveProperty(name);
      expect(plain?.loopGuard).toBe(false);
    }
  });

  test('[rt.settings.limits] the output limit goes to the model of the thread that says it', async () => {
    expect((await askedWith(', maxOutputTokens: 9', ', maxOutputTokens: 4')).asked).toMatchObject([
      { maxOutputTokens: 9 },
      { maxOutputTokens: 4 },
    ]);
    const { asked } = await askedWith(', maxOutputTokens: 9');
    expect(asked[0]).toHaveProperty('maxOutputTokens', 9);
    expect(asked[1]).not.toHaveProperty('maxOutputTokens');
  });

  test.each([
    ['loopGuard: true', true],
    ['loopGuard: false', false],
  ])('[rt.settings.limits] with %s a loop is cut: %j', async (key, isCut) => {
    const { session } = converse(anAgentWith(`, ${key}`), [
      reply(text('a', 'ha '.repeat(60))),
      reply(text('b', 'No.')),
    ]);
    const { events } = await session.trigger({ triggerName: 'go' });
    expect(events.at(-1)).toMatchObject({ type: 'finish' });
    expect(session.state.messages.some(({ parts }) => JSON.stringify(parts).includes('ha ha ha'))).toBe(!isCut);
  });

  test('[rt.settings.limits] a long tool result is whole for the model unless a limit is said', async () => {
    const seenBy = async (agentKeys: string) => {
      const replies = [reply(toolCall('c1', 'look')), reply(text('a', 'Yes.')), reply(text('b', 'No.'))];
      const { session, models } = converse(anAgentWith(agentKeys), replies);
      await session.trigger({ triggerName: 'go' });
      await session.answerAll('x'.repeat(100_000));
      return JSON.stringify(models.calls[1]?.request.messages).length;
    };
    expect(await seenBy('')).toBeGreaterThan(100_000);
    expect(await seenBy(', maxToolOutputTokens: 100')).toBeLessThan(1_000);
  });
});

describe('context management', () => {
  const tooLong = aProviderFailure({ errorType: 'validation_error', code: 'CONTEXT_OVERFLOW', retryable: false });
  const overflow = () => reply([{ type: 'error', failure: tooLong }]);

  test('[rt.settings.context-management] is unset unless said: a prompt that is too long ends the execution', async () => {
    const { session, models } = converse(anAgentWith(''), [overflow()]);
    const { events } = await session.trigger({ triggerName: 'go' });
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'CONTEXT_OVERFLOW' });
    models.assertDone();
  });

  test('[rt.settings.context-management] is the agent’s, empty or not, and holds for its threads', async () => {
    const cut = 'Word. '.repeat(3_000);
    const talk = (keys: string) =>
      converse(anAgentWith(keys), [
        reply(toolCall('c1', 'look')),
        overflow(),
        reply(text('a', 'Yes.')),
        reply(text('b', 'No.')),
      ]);
    for (const keys of [', contextManagement: {}', ', contextManagement: { thresholdPercent: 0.9 }']) {
      const { session, models } = talk(keys);
      await session.trigger({ triggerName: 'go' });
      const { events } = await session.answerAll(cut);
      expect(events.at(-1)).toMatchObject({ type: 'finish', finishReason: 'stop' });
      models.assertDone();
    }
  });

  test('[rt.settings.context-management] is no key of a thread', () => {
    expect(() => anAgentWith('', ', contextManagement: {}')).toThrow();
  });
});

describe('the provider', () => {
  const agent = anAgentWith(', backupModel: GIVEN');
  const unknown = aProviderFailure({
    errorType: 'validation_error',
    source: 'platform',
    code: 'UNKNOWN_PROVIDER',
    message: 'Unknown model provider "acme".',
    retryable: false,
  });
  const keyless = aProviderFailure({
    errorType: 'authentication_error',
    source: 'platform',
    code: 'PROVIDER_NOT_CONFIGURED',
    retryable: false,
  });
  const host = scriptedModels([], { unavailable: { 'acme/m': unknown, 'x-ai/grok-4.6': keyless } });

  test.each(['model', 'backupModel', 'imageModel', 'videoModel', 'speechModel', 'transcriptionModel'])(
    '[rt.settings.provider] one that the server does not know is refused when the session is made, as %s',
    (key) => {
      const definition = key === 'model' ? anAgentOf('TOLD') : anAgentWith(`, ${key}: GIVEN`);
      expect(issuesOf(() => openingValues(definition, { GIVEN: 'acme/m' }, host))).toEqual([
        { path: 'input.GIVEN', message: 'Input GIVEN: Unknown model provider "acme".' },
      ]);
      expect(openingValues(definition, { GIVEN: 'openai/gpt-4o' }, host).input).toEqual({ GIVEN: 'openai/gpt-4o' });
    },
  );

  test('[rt.settings.provider] one that is known and has no key is not: it fails in the stream', () => {
    expect(openingValues(agent, { GIVEN: 'x-ai/grok-4.6' }, host).input).toEqual({ GIVEN: 'x-ai/grok-4.6' });
  });

  test.each([
    ['is unknown', 'acme/m', unknown, { errorType: 'validation_error', code: 'UNKNOWN_PROVIDER' }],
    ['has no key', 'x-ai/grok-4.6', keyless, { errorType: 'authentication_error', code: 'PROVIDER_NOT_CONFIGURED' }],
  ])(
    '[rt.settings.provider] [sse.error.authentication] one that %s fails the block that needs it',
    async (_, id, failure, expected) => {
      const options = { input: { GIVEN: 'openai/gpt-4o' }, models: { unavailable: { [id]: failure } } };
      const { session, models } = converse(anAgentOf('TOLD'), [], options);
      const { events } = await session.trigger({ triggerName: 'go', input: { TOLD: id } });
      expect(outline(events)).toEqual(['start', 'block-start:Take', `error:${expected.errorType}`]);
      expect(events.at(-1)).toMatchObject({ source: 'platform', retryable: false, ...expected });
      expect(models.calls).toEqual([]);
    },
  );
});

/** Its model is the value of the input GIVEN, that of its thread the value of another name. */
function anAgentOf(name: string) {
  return anAgent(
    `
input: { GIVEN: { type: unknown, optional: true } }
triggers:
  go: { input: { TOLD: { type: unknown, optional: true } } }
agent: { model: GIVEN, system: system }
handlers:
  go:
    Open: { block: start-thread, thread: side, model: ${name}, system: system }
    Take: { block: next-message, thread: side }
`,
    { system: 'Hi' },
  );
}

function issuesOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (OctavusError.isInstance(error)) return error.issues;
  }
  return undefined;
}
