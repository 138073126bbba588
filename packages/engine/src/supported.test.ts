import { expect, test } from 'vitest';
import { findUnsupported } from './supported.ts';
import { anAgent } from './testing/an-agent.ts';

const plain = anAgent(
  `
  triggers:
    go: {}
  agent:
    model: openai/gpt-4o
    system: system
  handlers:
    go:
      Answer v1.0:
        block: next-message
  `,
  { system: 'You are kind.' },
);

test('an agent of what the engine runs has no findings', () => {
  expect(findUnsupported(plain)).toEqual([]);
});

test('what the engine does not run is named by its path, once each', () => {
  const definition = { ...plain, agent: { ...plain.agent!, maxImageDimension: 512 } };
  expect(findUnsupported(definition).map(({ path }) => path)).toEqual(['agent.maxImageDimension']);
});
