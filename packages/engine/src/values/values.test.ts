import type { BlockValue } from '@octavus/protocol';
import { expect, test } from 'vitest';
import { openSession, type SessionState } from '../state/session-state.ts';
import { anAgent } from '../testing/an-agent.ts';
import { resolveSettings } from './resolve-settings.ts';
import { resolveValue } from './resolve-value.ts';
import { agentScope, blockScope, renderPromptUse } from './scope.ts';

const definition = anAgent(
  `
  input:
    GUEST: { type: string, optional: true }
    LEVEL: { type: string, optional: true }
    SHADOW: { type: string, optional: true }
  variables:
    NOTE: { type: unknown }
    HEAT: { type: unknown }
  triggers:
    go:
      input:
        SHADOW: { type: string, optional: true }
        COUNT: { type: integer, optional: true }
  agent:
    model: openai/gpt-4o
    backupModel: anthropic/claude-sonnet-4-5
    temperature: HEAT
    thinking: LEVEL
    speed: fast
    system: system
    input: [GUEST, NOTE, SHADOW]
  handlers:
    go:
      Open:
        block: start-thread
        thread: side
        temperature: 1
      Answer:
        block: next-message
  `,
  { system: '{{GUEST}}|{{NOTE}}|{{SHADOW}}' },
);

function aState(values: Partial<Pick<SessionState, 'input' | 'variables'>>, triggerInput = {}): SessionState {
  const opened = openSession({
    sessionId: 's',
    kind: 'interactive',
    input: {},
    variables: {},
    resources: {},
    ...values,
  });
  const execution = { executionId: 'e', triggerName: 'go', triggerInput } as SessionState['execution'];
  return { ...opened, execution };
}

test('[rt.prompt.absent] an absent input reads NONE, an absent variable leaves its placeholder, null is a value', () => {
  const prompt = definition.agent!.system!;
  const render = (state: SessionState) => renderPromptUse(prompt, agentScope({ definition, state }));
  expect(render(aState({}))).toBe('NONE|{{NOTE}}|NONE');
  expect(render(aState({ variables: { NOTE: null } }))).toBe('NONE|null|NONE');
});

test('a trigger input hides the session input of its name in blocks, and not in the agent section', () => {
  const state = aState({ input: { SHADOW: 'outer' } }, { SHADOW: 'inner' });
  expect(blockScope({ definition, state }).find('SHADOW')).toBe('inner');
  expect(agentScope({ definition, state }).find('SHADOW')).toBe('outer');
  expect(blockScope({ definition, state: aState({ input: { SHADOW: 'outer' } }) }).find('SHADOW')).toBeUndefined();
});

test('references are replaced by values with their type; absent ones are NONE or left out', () => {
  const scope = blockScope({ definition, state: aState({ variables: { NOTE: [1] } }) });
  const reference = (name: string): BlockValue => ({ kind: 'reference', name });
  const value: BlockValue = {
    kind: 'map',
    entries: [
      ['note', reference('NOTE')],
      ['guest', reference('GUEST')],
      ['count', reference('COUNT')],
      ['list', { kind: 'list', items: [reference('HEAT'), { kind: 'literal', value: 'x' }] }],
    ],
  };
  expect(resolveValue(value, scope)).toEqual({ note: [1], guest: 'NONE', list: ['x'] });
});

test('[rt.start-thread.settings] [rt.settings.cache] a thread inherits what it does not say, and reads the references of the agent as the agent does', () => {
  const state = aState({ input: { LEVEL: 'high' }, variables: { HEAT: '0.2' } });
  const agent = { scope: definition.agent!, values: agentScope({ definition, state }) };
  expect(resolveSettings(agent.scope, agent.values)).toMatchObject({
    temperature: 0.2,
    thinking: 'high',
    speed: 'fast',
  });
  const block = definition.triggers.get('go')!.blocks[0]!;
  if (block.kind !== 'start-thread') throw new Error('not a start-thread');
  expect(resolveSettings(block.scope, blockScope({ definition, state }), agent)).toMatchObject({
    model: 'openai/gpt-4o',
    backupModel: 'anthropic/claude-sonnet-4-5',
    temperature: 1,
    thinking: 'high',
    speed: 'fast',
    cache: 'auto',
    cycles: 1,
  });
});

test('[rt.settings.absent] [rt.settings.temperature] [rt.settings.invalid] a setting without value is not set; a value it cannot have fails the block', () => {
  const resolve = (variables: SessionState['variables']) =>
    resolveSettings(definition.agent!, agentScope({ definition, state: aState({ variables }) }));
  expect(resolve({ HEAT: '' })).not.toHaveProperty('temperature');
  expect(resolve({ HEAT: 'NONE' })).not.toHaveProperty('temperature');
  expect(resolve({ HEAT: 'off' }).temperature).toBe('off');
  expect(() => resolve({ HEAT: 'hot' })).toThrow('HEAT is used as "temperature"');
});
