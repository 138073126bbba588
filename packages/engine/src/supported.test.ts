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
  const trigger = plain.triggers.get('go')!;
  const image = { ...trigger.blocks[0]!, name: 'Draw v1.0', kind: 'generate-image' } as never;
  const definition = {
    ...plain,
    agent: { ...plain.agent!, imageModel: { kind: 'literal' as const, value: 'openai/gpt-image-1' } },
    workers: new Map([['sheets', {} as never]]),
    triggers: new Map([['go', { ...trigger, blocks: [...trigger.blocks, image] }]]),
  };
  expect(findUnsupported(definition).map(({ path }) => path)).toEqual([
    'workers.sheets',
    'agent.imageModel',
    'handlers.go["Draw v1.0"]',
  ]);
});
