import { validateAgent } from '@octavus/protocol';
import { expect, test } from 'vitest';
import { twoThreadPrompts, twoThreads } from '../../../test/two-threads.ts';
import { toFlow } from './flow-steps.ts';

test('each block stands in the lane of its thread, with the tools of that thread and no others', () => {
  const { definition, valid } = validateAgent({
    settings: { slug: 'two-threads', name: 'Two threads', format: 'interactive' },
    protocol: twoThreads,
    prompts: Object.entries(twoThreadPrompts).map(([name, content]) => ({ name, content })),
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
