import { validateAgent } from '@octavus/protocol';
import { expect, test } from 'vitest';
import { toFlow } from './flow-steps.ts';

const protocol = `
triggers:
  ask:
    input:
      QUESTION: { type: string }
variables:
  DRAFT: { type: string }
resources:
  LAST: { type: string }
tools:
  check-stock: { description: Tells how much is left. }
  look-up: { description: Looks something up. }
agent:
  model: offline/default
  system: system
  tools: [check-stock]
handlers:
  ask:
    Begin aside:
      block: start-thread
      thread: aside
      model: offline/instant
      system: system
      tools: [look-up]
    Ask aside:
      block: add-message
      thread: aside
      role: user
      prompt: question
      input: [QUESTION]
    Think aside:
      block: next-message
      thread: aside
      output: DRAFT
    Keep:
      block: set-resource
      resource: LAST
      value: DRAFT
    Answer:
      block: next-message
`;

test('each block stands in the lane of its thread, with the tools of that thread and no others', () => {
  const { definition, valid } = validateAgent({
    settings: { slug: 'two-threads', name: 'Two threads', format: 'interactive' },
    protocol,
    prompts: [
      { name: 'system', content: 'Answer.' },
      { name: 'question', content: '{{QUESTION}}' },
    ],
    references: [],
  });
  expect(valid).toBe(true);
  const { threads, steps } = toFlow(definition!, definition!.triggers.get('ask')!.blocks);
  expect(threads).toEqual(['aside', 'main']);
  expect(steps.map(({ name, thread, facts, offers }) => [name, thread, facts, offers])).toEqual([
    ['Begin aside', 'aside', ['offline/instant'], []],
    ['Ask aside', 'aside', ['user'], []],
    ['Think aside', 'aside', ['into DRAFT'], ['tool look-up']],
    ['Keep', undefined, ['resource LAST'], []],
    ['Answer', 'main', [], ['tool check-stock']],
  ]);
});
