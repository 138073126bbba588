import { OctavusError } from '@octavus/core';
import { expect, test } from 'vitest';
import { converse } from '../../test/converse.ts';
import { anAgent } from '../testing/an-agent.ts';
import { reply, text, toolCall } from '../testing/index.ts';
import { checkTrigger } from './check-trigger.ts';
import { matchContinuation } from './match-continuation.ts';
import { openingValues } from './opening-values.ts';

const agent = anAgent(
  `
  input:
    NAME: { type: string }
    MODEL: { type: string, optional: true, default: anthropic/claude-sonnet-4-5 }
    HEAT: { type: unknown, optional: true }
    STEPS: { type: string, optional: true }
  variables:
    MOOD: { type: string, default: calm }
    EMPTY: { type: string }
  resources:
    PLAN: { type: string, default: '' }
  triggers:
    go:
      input:
        TEXT: { type: string }
        SIZE: { type: integer, optional: true, default: 3 }
  tools:
    fetch:
      description: Fetches
      parameters: {}
  agent:
    model: MODEL
    temperature: HEAT
    maxSteps: STEPS
    system: system
    input: [NAME]
    tools: [fetch]
  handlers:
    go:
      Ask:
        block: add-message
        role: user
        prompt: ask
        input: [TEXT, SIZE]
      Answer:
        block: next-message
  `,
  { system: 'For {{NAME}}.', ask: '{{TEXT}} {{SIZE}}' },
);

function issuesOf(act: () => unknown): readonly { path: string; message: string }[] {
  try {
    act();
  } catch (error) {
    if (OctavusError.isInstance(error) && error.code === 'VALIDATION_ERROR') return error.issues ?? [];
  }
  throw new Error('It was not refused as a VALIDATION_ERROR');
}

test('[rt.input.type] [rt.input.optional] [rt.input.undeclared] a trigger gets its input coerced and its defaults', () => {
  const trigger = checkTrigger(agent, { triggerName: 'go', input: { TEXT: 7, OTHER: 1 } });
  expect(trigger).toEqual({ name: 'go', input: { TEXT: '7', SIZE: 3 }, dynamicTools: [] });
});

test('[rt.input.required] [rt.input.several] an unknown trigger and every unfit input are refused', () => {
  expect(issuesOf(() => checkTrigger(agent, { triggerName: 'stop' }))).toMatchObject([{ path: 'triggerName' }]);
  expect(issuesOf(() => checkTrigger(agent, { triggerName: '__proto__' }))).toHaveLength(1);
  const issues = issuesOf(() => checkTrigger(agent, { triggerName: 'go', input: { SIZE: 'big' } }));
  expect(issues.map(({ path }) => path)).toEqual(['input.TEXT', 'input.SIZE']);
});

test('[rt.session.input] [rt.session.resources] a session opens with its input and the declared defaults', () => {
  expect(openingValues(agent, { NAME: 'Ada' })).toEqual({
    input: { NAME: 'Ada', MODEL: 'anthropic/claude-sonnet-4-5' },
    variables: { MOOD: 'calm' },
    resources: { PLAN: '' },
  });
});

test('[rt.settings.invalid] agent settings that refer to an input are checked when the session is made', () => {
  const issues = issuesOf(() => openingValues(agent, { NAME: 'Ada', MODEL: 'gpt', HEAT: 3, STEPS: '0' }));
  expect(issues.map(({ path }) => path)).toEqual(['input.MODEL', 'input.HEAT', 'input.STEPS']);
  expect(issuesOf(() => openingValues(agent, { NAME: 'Ada', MODEL: 'NONE' }))).toMatchObject([
    { message: 'Input MODEL must name a model.' },
  ]);
  expect(openingValues(agent, { NAME: 'Ada', HEAT: 'off', STEPS: '4' }).input).toMatchObject({ HEAT: 'off' });
});

test('[rt.settings.model] settings from inputs reach the model in their final form', async () => {
  const input = { NAME: 'Ada', HEAT: '0.5', MODEL: 'openai/gpt-4o' };
  const { session, models } = converse(agent, [reply(text('a', 'ok'))], { input });
  await session.trigger({ triggerName: 'go', input: { TEXT: 'x' } });
  expect(models.calls[0]).toMatchObject({ modelId: 'openai/gpt-4o', request: { settings: { temperature: 0.5 } } });
});

async function waiting() {
  const talk = converse(agent, [reply(toolCall('a', 'fetch', {})), reply(text('b', 'ok'))], { input: { NAME: 'Ada' } });
  await talk.session.trigger({ triggerName: 'go', input: { TEXT: 'x' } });
  return talk.session;
}

test('a continuation is found by its id, or as the only waiting one', async () => {
  const { state } = await waiting();
  const executionId = state.execution!.executionId;
  const toolResults = [{ toolCallId: 'a', result: 1 }];
  expect(matchContinuation(state, { toolResults })).toMatchObject({ kind: 'leg', executionId });
  expect(matchContinuation(state, { executionId, toolResults })).toMatchObject({ kind: 'leg', agentVersion: 1 });
  expect(matchContinuation(state, { executionId: 'exec_other', toolResults })).toEqual({ kind: 'not-found' });
  const foreign = [{ toolCallId: 'zzz', result: 1 }];
  expect(matchContinuation(state, { executionId, toolResults: foreign })).toEqual({ kind: 'not-resumable' });
});

test('a finished execution is not resumable, and without an id not found', async () => {
  const session = await waiting();
  const { executionId } = session.state.execution!;
  await session.answerAll(1);
  const toolResults = [{ toolCallId: 'a', result: 1 }];
  expect(matchContinuation(session.state, { executionId, toolResults })).toEqual({ kind: 'not-resumable' });
  expect(matchContinuation(session.state, { toolResults })).toEqual({ kind: 'not-found' });
});

test('a missing result is null, an empty error is none', async () => {
  const { state } = await waiting();
  const resultOf = (given: { result?: null; error?: string }) => {
    const match = matchContinuation(state, { toolResults: [{ toolCallId: 'a', ...given }] });
    return 'results' in match ? match.results[0]?.outcome : undefined;
  };
  expect(resultOf({})).toEqual({ result: null });
  expect(resultOf({ error: '' })).toEqual({ result: null });
  expect(resultOf({ error: 'no', result: null })).toEqual({ error: 'no' });
});

test('a waiting execution that is stopped cannot be continued', async () => {
  const session = await waiting();
  const { executionId } = session.state.execution!;
  session.end('aborted');
  const toolResults = [{ toolCallId: 'a', result: 1 }];
  expect(matchContinuation(session.state, { executionId, toolResults })).toEqual({ kind: 'not-resumable' });
});
