import { OctavusError } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import { checkTrigger } from '../../src/requests/check-trigger.ts';
import { openingValues } from '../../src/requests/opening-values.ts';
import { openSession, type SessionState } from '../../src/state/session-state.ts';
import { anAgent, reply, text, toolCall } from '../../src/testing/index.ts';
import { resolveSettings } from '../../src/values/resolve-settings.ts';
import { agentScope, blockScope } from '../../src/values/scope.ts';
import { converse } from '../converse.ts';

const typed = anAgent(
  `
input:
  PLAN: { type: string, enum: [free, paid] }
types:
  Guest: { name: { type: string }, age: { type: integer, optional: true } }
  Card: { kind: { type: string, const: card } }
  Cash: { kind: { type: string, const: cash } }
  Payment: { anyOf: [Card, Cash], discriminator: kind }
triggers:
  go:
    input:
      MOOD: { type: string, enum: [calm, loud], optional: true }
      GUESTS: { type: 'Guest[]', optional: true }
      PHOTO: { type: file, optional: true }
      PAY: { type: Payment, optional: true }
      COUNT: { type: integer, optional: true, default: 3 }
agent: { model: openai/gpt-4o, system: system }
handlers:
  go:
    Answer: { block: next-message }
`,
  { system: 'x' },
);

function pathsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (OctavusError.isInstance(error)) return (error.issues ?? []).map(({ path }) => path);
  }
  return [];
}

const trigger = (input: object) => checkTrigger(typed, { triggerName: 'go', input: { ...input } }).input;

describe('input', () => {
  test('[rt.input.null] takes null as absent', () => {
    expect(trigger({ MOOD: null, COUNT: null })).toEqual({ COUNT: 3 });
  });

  test('[rt.input.enum] takes the members of an enum exactly, at session creation too', () => {
    expect(trigger({ MOOD: 'calm' })).toMatchObject({ MOOD: 'calm' });
    expect(pathsOf(() => trigger({ MOOD: 'Calm' }))).toEqual(['input.MOOD']);
    expect(openingValues(typed, { PLAN: 'free' }).input).toEqual({ PLAN: 'free' });
    expect(pathsOf(() => openingValues(typed, { PLAN: 'gold' }))).toEqual(['input.PLAN']);
  });

  test('[rt.input.structure] checks files, arrays, custom types and unions in their structure', () => {
    const photo = { id: 'f1', mediaType: 'image/png', url: 'https://a.example/f1' };
    const fit = { GUESTS: [{ name: 'Ada', age: 3 }], PHOTO: photo, PAY: { kind: 'cash' } };
    expect(trigger(fit)).toMatchObject(fit);
    const paths = pathsOf(() => trigger({ GUESTS: [{ age: 'old' }], PHOTO: 'f1', PAY: { kind: 'gold' } }));
    expect(paths).toEqual(expect.arrayContaining(['input.GUESTS[0].name', 'input.GUESTS[0].age', 'input.PAY.kind']));
    expect(paths.some((path) => path.startsWith('input.PHOTO'))).toBe(true);
  });
});

const named = anAgent(
  `
input: { CITY: { type: string, optional: true } }
triggers:
  go: { input: { CITY: { type: string, optional: true }, MOOD: { type: string, optional: true }, ASK: { type: string, optional: true, default: Hi } } }
variables:
  NOTE: { type: string }
  MOOD: { type: string, default: calm }
resources: { PLAN: { type: string } }
agent: { model: openai/gpt-4o, system: system, agentic: true, todoList: true, references: [care] }
handlers:
  go:
    Ask: { block: add-message, role: user, prompt: ask, input: [ASK] }
    Answer: { block: next-message, output: NOTE }
`,
  { system: 'x', ask: '{{ASK}}' },
  [{ name: 'care', description: 'c', content: 'c' }],
);

function aState(values: Partial<SessionState>, triggerInput: object = {}): SessionState {
  const opened = openSession({ sessionId: 's', kind: 'interactive', input: {}, variables: {}, resources: {} });
  const execution = { executionId: 'e', triggerName: 'go', triggerInput } as SessionState['execution'];
  return { ...opened, execution, ...values };
}

describe('values', () => {
  test('[rt.names.order] are searched in trigger input, variables, resources, session input', () => {
    const places = {
      variables: { MOOD: 'variable', NOTE: 'variable', PLAN: 'variable' },
      resources: { PLAN: 'resource' },
      input: { CITY: 'input', NOTE: 'input' },
    };
    const state = aState(places, { MOOD: 'trigger' });
    const valuesIn = (scope: { find(name: string): unknown }) =>
      ['MOOD', 'NOTE', 'PLAN', 'CITY'].map((name) => scope.find(name));
    // CITY is an input of the trigger: while it is absent there, it is absent.
    expect(valuesIn(blockScope({ definition: named, state }))).toEqual(['trigger', 'variable', 'variable', undefined]);
    const bare = aState({ ...places, variables: {} });
    expect(valuesIn(agentScope({ definition: named, state: bare }))).toEqual([undefined, 'input', 'resource', 'input']);
  });

  test('[rt.session.variables] start with their defaults, are absent until written, and survive triggers', async () => {
    const { session } = converse(named, [reply(text('t', 'One.')), reply(text('u', ''))]);
    expect(session.state.variables).toEqual({ MOOD: 'calm' });
    await session.trigger({ triggerName: 'go' });
    expect(session.state.variables).toEqual({ MOOD: 'calm', NOTE: 'One.' });
    await session.trigger({ triggerName: 'go' }, { stop: { afterBatches: 1, reason: 'abort' } });
    expect(session.state.variables).toEqual({ MOOD: 'calm', NOTE: 'One.' });
  });
});

describe('settings', () => {
  const settingsOf = (keys: string) => {
    const agent = anAgent(
      `triggers: { go: {} }\nagent: { model: openai/gpt-4o, system: system${keys} }\nhandlers: { go: { A: { block: next-message } } }`,
      { system: 'x' },
    );
    const state = aState({});
    return resolveSettings(agent.agent!, agentScope({ definition: agent, state }));
  };

  test('[rt.settings.max-steps] allow one cycle, ten when agentic, or what maxSteps says', () => {
    expect(settingsOf('').cycles).toBe(1);
    expect(settingsOf(', agentic: true').cycles).toBe(10);
    expect(settingsOf(', agentic: true, maxSteps: 4').cycles).toBe(4);
  });

  test('[rt.settings.limits] have no limit unless said', () => {
    const plain = settingsOf('');
    for (const name of ['maxOutputTokens', 'maxToolOutputTokens', 'maxImageDimension'])
      expect(plain).not.toHaveProperty(name);
    expect(plain.loopGuard ?? false).toBe(false);
    const limited = settingsOf(', maxOutputTokens: 9, maxToolOutputTokens: 8, maxImageDimension: 7, loopGuard: true');
    expect(limited).toMatchObject({
      maxOutputTokens: 9,
      maxToolOutputTokens: 8,
      maxImageDimension: 7,
      loopGuard: true,
    });
  });
});

describe('threads', () => {
  const agent = anAgent(
    `
triggers: { begin: {}, more: {} }
variables: { NOTE: { type: string } }
agent: { model: openai/gpt-4o, system: system, agentic: true, todoList: true }
handlers:
  begin:
    Open: { block: start-thread, thread: notes, system: system, todoList: true, maxSteps: 2 }
    Put: { block: add-message, thread: notes, role: user, prompt: ask }
    Take: { block: next-message, thread: notes }
    Ask: { block: add-message, role: user, prompt: ask }
    Answer: { block: next-message }
  more:
    Put: { block: add-message, thread: notes, role: user, prompt: ask }
    Take: { block: next-message, thread: notes, independent: true, output: NOTE }
`,
    { system: 'x', ask: 'Go on.' },
  );
  const writes = (id: string, content: string) =>
    reply(toolCall(id, 'octavus_todo_write', { merge: false, todos: [{ id: '1', content }] }));
  const steps = () => [
    writes('c1', 'Dig'),
    reply(text('a', 'Digging.')),
    writes('c2', 'Sow'),
    reply(text('b', 'Sowing.')),
    reply(text('c', 'Dug.')),
  ];

  test('[rt.session.threads] [proto.session.main] live on in later triggers', async () => {
    const { session, models } = converse(agent, steps());
    await session.trigger({ triggerName: 'begin' });
    await session.trigger({ triggerName: 'more' });
    models.assertDone();
    const words = JSON.stringify(models.calls.at(-1)?.request.messages);
    expect(words).toContain('Digging.');
    expect(words).not.toContain('Sowing.');
  });

  test('[rt.session.todos] have a todo list each', async () => {
    const { session } = converse(agent, steps());
    await session.trigger({ triggerName: 'begin' });
    expect(session.state.todos).toMatchObject([{ content: 'Sow' }]);
    expect(session.state.threads.get('notes')?.todos).toMatchObject([{ content: 'Dig' }]);
  });

  test('[sse.thread.named-independent] [proto.next-message.named-independent] an independent answer of a named thread is outside the chat, kept with its thread', async () => {
    const { session } = converse(agent, steps());
    await session.trigger({ triggerName: 'begin' });
    const { events } = await session.trigger({ triggerName: 'more' });
    expect(events.find(({ type }) => type === 'block-start')).toMatchObject({ thread: 'notes', outputToChat: false });
    expect(events.filter(({ type }) => type === 'text-delta')).toHaveLength(1);
    expect(session.state.threads.get('notes')?.messages.at(-1)?.parts).toMatchObject([{ content: 'Dug.' }]);
    expect(session.state.messages.at(-1)?.parts).toMatchObject([{ content: 'Dug.', thread: 'notes', visible: true }]);
    expect(session.state.variables.NOTE).toBe('Dug.');
  });
});
