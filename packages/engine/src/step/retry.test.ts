import type { ModelRequest, ProviderFailure } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { converse, hostLeg, outline } from '../../test/converse.ts';
import { toUiMessages } from '../messages/to-ui-messages.ts';
import { anAgent } from '../testing/an-agent.ts';
import {
  aProviderFailure,
  failure,
  partByPart,
  reasoning,
  reply,
  type ScriptedStep,
  text,
  toolCall,
} from '../testing/index.ts';

function aChat(agentKeys = '', blockKeys = '', model = 'anthropic/claude-sonnet-4-5') {
  return anAgent(
    `
triggers: { go: {} }
tools:
  look: { description: Looking, parameters: { at: { type: string } } }
agent: { model: ${model}, system: system, tools: [look], agentic: true${agentKeys} }
handlers:
  go:
    Ask: { block: add-message, role: user, prompt: message }
    Answer: { block: next-message${blockKeys} }
`,
    { system: 'You help.', message: 'Hi' },
  );
}

const go = { triggerName: 'go' };
const chat = aChat();
const withBackup = aChat(', backupModel: openai/gpt-4o');
const rateLimited = (message = 'slow down') => reply(failure({ errorType: 'rate_limit_error', message }));

const failuresThatPass = ['rate_limit_error', 'provider_overloaded', 'provider_timeout', 'provider_error'] as const;
const failuresThatStay = [
  'authentication_error',
  'permission_error',
  'validation_error',
  'not_found_error',
  'quota_exceeded_error',
  'unknown_error',
] as const satisfies readonly ProviderFailure['errorType'][];

describe('which failures', () => {
  test.each(failuresThatPass)('[rt.retry.failures] %s is tried again', async (errorType) => {
    const { session, models } = converse(chat, [reply(failure({ errorType })), reply(text('a', 'Hello'))]);
    expect((await session.trigger(go)).ending).toEqual({ ending: 'completed' });
    models.assertDone();
    const failover = converse(withBackup, [reply(failure({ errorType })), reply(text('a', 'Hello'))]);
    expect((await failover.session.trigger(go)).ending).toEqual({ ending: 'completed' });
    expect(failover.models.calls.at(-1)?.modelId).toBe('openai/gpt-4o');
  });

  test.each(failuresThatStay)(
    '[rt.retry.failures] %s ends the execution at once, whatever it says of itself',
    async (errorType) => {
      for (const agent of [chat, withBackup]) {
        const { session, models, ports } = converse(agent, [reply(failure({ errorType, retryable: true }))]);
        expect((await session.trigger(go)).events.at(-1)).toMatchObject({ type: 'error', errorType });
        models.assertDone();
        expect(ports.clock.slept).toEqual([]);
      }
    },
  );

  test('a stream that breaks off before it says anything is a network failure', async () => {
    const { session, ports } = converse(chat, [{ batches: [] }, reply(text('a', 'Hello'))]);
    const leg = await session.trigger(go);
    expect(ports.clock.slept).toEqual([1000]);
    expect(leg.ending).toEqual({ ending: 'completed' });
  });
});

describe('the condition', () => {
  const shown = [
    ['text', text('a', 'Roses need').slice(0, 2), 'text-delta:Roses need'],
    ['reasoning', reasoning('r', ['Roses']).slice(0, 2), 'reasoning-delta:Roses'],
    ['a tool call', toolCall('c1', 'look', { at: 'roses' }).slice(0, 1), 'tool-input-start:look'],
  ] as const;

  test.each(shown)(
    '[rt.retry.condition] [rt.failure] [sse.error.overloaded] [sse.clients.error-last] once %s was sent, a failure ends the execution and keeps it',
    async (_, said, event) => {
      for (const agent of [chat, withBackup]) {
        const { session, models } = converse(agent, [reply(said, failure({ retryAfter: 5 }))]);
        const leg = await session.trigger(go);
        expect(outline(leg.events).slice(-2)).toEqual([event, 'error:provider_overloaded']);
        expect(leg.events.at(-1)).toMatchObject({ code: 'ANTHROPIC_529', retryAfter: 5, source: 'provider' });
        models.assertDone();
        expect(session.state.execution?.status).toBe('failed');
        expect(toUiMessages(session.state)[1]?.parts).toHaveLength(1);
      }
    },
  );

  test.each([
    [
      'text that its block does not show',
      ', display: name',
      text('a', 'x'.repeat(3_000), 'x'.repeat(3_000)).slice(0, 3),
    ],
    ['reasoning that its block does not show', ', display: title', reasoning('r', ['y'.repeat(5_000)])],
    [
      'anything of a hidden block',
      ', display: hidden',
      [...text('a', 'x'.repeat(5_000)), ...toolCall('c1', 'look', { at: 'y' })],
    ],
    ['sources, which wait for a text', '', [aSource('s1')]],
    ['empty pieces', '', [...text('a').slice(0, 1), ...reasoning('r', [''])]],
  ])(
    '[rt.retry.condition] %s were not sent: the step is asked for again, as if nothing had been',
    async (_, blockKeys, said) => {
      const failed = partByPart(reply(said, failure()));
      const { session, models } = converse(aChat('', blockKeys), [failed, reply(text('b', 'Hello'), [aSource('s2')])]);
      const leg = await session.trigger(go);
      expect(leg.ending).toEqual({ ending: 'completed' });
      models.assertDone();
      const kept = session.state.messages.at(-1)?.parts;
      expect(kept).toMatchObject([{ content: 'Hello' }, { type: 'source', source: { id: 's2' } }]);
      expect(JSON.stringify([leg.changes, leg.events])).not.toMatch(/xxx|yyy|"s1"/);
    },
  );

  test('sources are told at the end when no text came', async () => {
    const { session } = converse(chat, [reply([aSource('s1')])]);
    const leg = await session.trigger(go);
    expect(leg.events.filter(({ type }) => type === 'source')).toMatchObject([{ id: 's1' }]);
    expect(session.state.messages.at(-1)?.parts).toMatchObject([{ type: 'source', source: { id: 's1' } }]);
  });

  test('what nobody saw is kept when it is the last attempt that fails, or the run is stopped', async () => {
    const said = text('a', 'x'.repeat(5_000)).slice(0, 2);
    const last = reply(said, failure());
    const failed = converse(aChat('', ', display: name'), [last, last, last]);
    expect((await failed.session.trigger(go)).ending).toEqual({ ending: 'failed' });
    expect(failed.session.state.messages.at(-1)?.parts).toMatchObject([{ visible: false, content: 'x'.repeat(5_000) }]);
    const controller = new AbortController();
    const silent = aChat('', ', display: name');
    const { ports } = converse(silent, [{ batches: [said, () => controller.abort('abort')], hangs: true }]);
    const stopped = await hostLeg(silent, go, ports, { signal: controller.signal, isAborted: true });
    expect(stopped.state.messages.at(-1)?.parts).toMatchObject([{ content: 'x'.repeat(5_000) }]);
  });
});

describe('repeats', () => {
  test('[rt.retry.repeats] [rt.retry.visibility] [rt.log.error] there are two, after one and two seconds, and only the log knows', async () => {
    const { session, models, ports } = converse(chat, [
      reply(failure()),
      reply(failure({ message: 'second' })),
      reply(text('a', 'Hello')),
    ]);
    const leg = await session.trigger(go);
    models.assertDone();
    expect(models.calls[2]?.request).toEqual(models.calls[0]?.request);
    expect(ports.clock.slept).toEqual([1000, 2000]);
    expect(outline(leg.events).filter((event) => /error|text/.test(event))).toEqual([
      'text-start',
      'text-delta:Hello',
      'text-end',
    ]);
    expect(leg.logs.filter(({ type }) => type === 'model-request')).toHaveLength(3);
    expect(leg.logs.filter(({ type }) => type === 'error')).toMatchObject([
      { error: { type: 'provider_overloaded', retryable: true, code: 'ANTHROPIC_529' } },
      { error: { type: 'provider_overloaded', retryable: true, message: 'second' } },
    ]);
  });

  test.each([
    [
      [5, undefined],
      [5000, 2000],
    ],
    [
      [10, 10],
      [10_000, 10_000],
    ],
    [
      [11, 3600],
      [1000, 2000],
    ],
    [
      [0, undefined],
      [1000, 2000],
    ],
  ])(
    '[rt.retry.repeats] after Retry-After of %j seconds they wait %j ms: up to ten are waited',
    async (told, slept) => {
      const failures = told.map((retryAfter) => reply(failure(retryAfter === undefined ? {} : { retryAfter })));
      const { session, ports } = converse(chat, [...failures, reply(text('a', 'Hello'))]);
      expect((await session.trigger(go)).ending).toEqual({ ending: 'completed' });
      expect(ports.clock.slept).toEqual(slept);
    },
  );

  test('[rt.retry.repeats] the third failure ends the execution, and is the one that is told', async () => {
    const { session, models } = converse(chat, [
      reply(failure()),
      reply(failure()),
      reply(failure({ message: 'last' })),
    ]);
    const leg = await session.trigger(go);
    models.assertDone();
    expect(leg.events.at(-1)).toMatchObject({ type: 'error', message: 'last' });
  });
});

describe('the backup model', () => {
  test('[rt.retry.later-steps] [rt.settings.backup-model] [proto.next-message.failover] it takes over at once, for this step only', async () => {
    const { session, models, ports } = converse(withBackup, [
      reply(failure({ retryAfter: 5 })),
      reply(toolCall('a', 'no-such', {})),
      reply(text('t', 'Hello')),
    ]);
    await session.trigger(go);
    expect(models.calls.map(({ modelId }) => modelId)).toEqual([
      'anthropic/claude-sonnet-4-5',
      'openai/gpt-4o',
      'anthropic/claude-sonnet-4-5',
    ]);
    expect(ports.clock.slept).toEqual([]);
  });

  test.each([
    ['fails too', reply(failure({ message: 'second' }))],
    ['fails for good', reply(failure({ errorType: 'authentication_error', message: 'second', retryable: false }))],
  ])('[rt.retry.backup] when it %s the original error is reported', async (_, second) => {
    const { session, models } = converse(withBackup, [reply(failure({ message: 'first' })), second]);
    const leg = await session.trigger(go);
    models.assertDone();
    expect(leg.events.at(-1)).toMatchObject({ type: 'error', message: 'first' });
  });

  test('[rt.retry.backup] when it cannot be called the original error is reported', async () => {
    const unavailable = { 'openai/gpt-4o': aProviderFailure({ errorType: 'authentication_error', message: 'no key' }) };
    const { session } = converse(withBackup, [reply(failure({ message: 'first' }))], { models: { unavailable } });
    expect((await session.trigger(go)).events.at(-1)).toMatchObject({ type: 'error', message: 'first' });
  });

  test('[rt.retry.backup] named like the primary it is one attempt more, at once', async () => {
    const same = aChat(', backupModel: anthropic/claude-sonnet-4-5');
    const saved = converse(same, [reply(failure()), reply(text('a', 'Hello'))]);
    expect((await saved.session.trigger(go)).ending).toEqual({ ending: 'completed' });
    expect(saved.ports.clock.slept).toEqual([]);
    const lost = converse(same, [reply(failure({ message: 'first' })), reply(failure({ message: 'second' }))]);
    expect((await lost.session.trigger(go)).events.at(-1)).toMatchObject({ message: 'first' });
    lost.models.assertDone();
  });

  test('[rt.retry.backup] a fast one has its one attempt, too, whatever its rate limit says', async () => {
    const fast = aChat(', speed: fast, backupModel: anthropic/claude-opus-4.8');
    const { session, models } = converse(fast, [reply(failure({ message: 'first' })), rateLimited('second')]);
    expect((await session.trigger(go)).events.at(-1)).toMatchObject({ message: 'first' });
    models.assertDone();
  });
});

describe('fast models', () => {
  const speedsOf = (calls: readonly { readonly modelId: string; readonly request: ModelRequest }[]) =>
    calls.map(({ modelId, request }) => `${modelId.slice(modelId.indexOf('/') + 1)} ${request.settings.speed}`);
  const opus = (keys = '') => aChat(`, speed: fast${keys}`, '', 'anthropic/claude-opus-4.8');

  test('[rt.retry.speed] at its own rate limit the step is asked for again at standard speed, at once', async () => {
    const { session, models, ports } = converse(opus(), [
      rateLimited(),
      reply(toolCall('a', 'no-such', {})),
      reply(text('a', 'Hi')),
    ]);
    await session.trigger(go);
    expect(speedsOf(models.calls)).toEqual([
      'claude-opus-4.8 fast',
      'claude-opus-4.8 standard',
      'claude-opus-4.8 fast',
    ]);
    expect(ports.clock.slept).toEqual([]);
  });

  test('[rt.retry.speed] then it goes to the backup model', async () => {
    const { session, models } = converse(opus(', backupModel: openai/gpt-4o'), [
      rateLimited('first'),
      rateLimited('second'),
      reply(text('a', 'Hi')),
    ]);
    expect((await session.trigger(go)).ending).toEqual({ ending: 'completed' });
    expect(speedsOf(models.calls)).toEqual(['claude-opus-4.8 fast', 'claude-opus-4.8 standard', 'gpt-4o standard']);
  });

  test('[rt.retry.speed] [rt.retry.backup] if that fails too, what is told is the failure at standard speed', async () => {
    const { session } = converse(opus(', backupModel: openai/gpt-4o'), [
      rateLimited('at its own limit'),
      reply(failure({ message: 'overloaded' })),
      reply(failure({ message: 'backup' })),
    ]);
    expect((await session.trigger(go)).events.at(-1)).toMatchObject({ message: 'overloaded' });
  });

  test('[rt.retry.speed] [rt.retry.repeats] without one it is repeated at standard speed, twice', async () => {
    const { session, models, ports } = converse(opus(), [
      rateLimited(),
      rateLimited(),
      rateLimited(),
      reply(text('a', 'Hi')),
    ]);
    expect((await session.trigger(go)).ending).toEqual({ ending: 'completed' });
    expect(speedsOf(models.calls).slice(1)).toEqual(Array(3).fill('claude-opus-4.8 standard'));
    expect(ports.clock.slept).toEqual([1000, 2000]);
  });

  test('[rt.retry.speed] a failure that stays at standard speed is told, not the rate limit before it', async () => {
    const refusal = failure({ errorType: 'validation_error', message: 'refused', retryable: false });
    const { session } = converse(opus(', backupModel: openai/gpt-4o'), [rateLimited(), reply(refusal)]);
    expect((await session.trigger(go)).events.at(-1)).toMatchObject({ message: 'refused' });
  });

  test.each([
    ['another failure', opus(), failure()],
    ['a model without a fast mode', aChat(', speed: fast'), failure({ errorType: 'rate_limit_error' })],
  ])('[rt.retry.speed] %s is repeated as it was, after its wait', async (_, agent, said) => {
    const { session, models, ports } = converse(agent, [reply(said), reply(text('a', 'Hi'))]);
    await session.trigger(go);
    expect(models.calls.map(({ request }) => request.settings.speed)).toEqual(['fast', 'fast']);
    expect(ports.clock.slept).toEqual([1000]);
  });

  test('[rt.mapping.speed] [rt.log.step-stats] the log says fast only of an answer that was', async () => {
    const speedIn = async (agent: ReturnType<typeof aChat>, ...replies: readonly ScriptedStep[]) => {
      const leg = await converse(agent, [...replies, reply(text('a', 'Hi'))]).session.trigger(go);
      const stats = leg.logs.flatMap((entry) => (entry.type === 'step-stats' ? [entry.stepStats] : []));
      return stats.map((entry) => (entry as { speed?: string }).speed);
    };
    expect(await speedIn(opus())).toEqual(['fast']);
    expect(await speedIn(opus(), rateLimited())).toEqual(['standard']);
    expect(await speedIn(aChat(', speed: fast'))).toEqual(['standard']);
    expect(await speedIn(chat)).toEqual(['standard']);
  });
});

function aSource(id: string) {
  return { type: 'source', sourceType: 'url', id, url: `https://ferns.test/${id}` } as const;
}
