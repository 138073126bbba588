import { expect, test } from 'vitest';
import { checkTrigger } from './requests/check-trigger.ts';
import { openingValues } from './requests/opening-values.ts';
import { runTrigger } from './run.ts';
import { openSession } from './state/session-state.ts';
import { anAgent } from './testing/an-agent.ts';
import { collectLeg, memoryPorts, partByPart, reply, scriptedModels, text } from './testing/index.ts';

const chat = anAgent(
  `
  triggers:
    user-message:
      input:
        USER_MESSAGE: { type: string }
  agent:
    model: offline/echo
    system: system
  handlers:
    user-message:
      Add message:
        block: add-message
        role: user
        prompt: message
        input: [USER_MESSAGE]
      Answer:
        block: next-message
  `,
  { system: 'You are kind.', message: '{{USER_MESSAGE}}' },
);

test('a plain turn', async () => {
  const models = scriptedModels([partByPart(reply(text('a', 'Hel', 'lo')))]);
  const ports = memoryPorts({ models });
  const state = openSession({ sessionId: 's1', kind: 'interactive', ...openingValues(chat, {}) });
  const trigger = checkTrigger(chat, { triggerName: 'user-message', input: { USER_MESSAGE: 'Hi' } });
  const leg = await collectLeg(
    runTrigger({ state, definition: chat, agentVersion: 1, trigger }, ports, new AbortController().signal),
    state,
    { models },
  );
  models.assertDone();
  expect(leg.ending).toEqual({ ending: 'completed' });
});
