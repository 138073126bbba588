import type { JsonValue } from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import fc from 'fast-check';
import type { StopReason } from '../src/ports.ts';
import { Conversation, type MemoryPorts, memoryPorts } from '../src/testing/index.ts';
import { randomMedia, randomSearch } from './random-media.ts';
import { type RandomModels, randomModels } from './random-models.ts';
import { richAgent, richWorkers } from './rich-agent.ts';

export interface Driven {
  readonly conversation: Conversation;
  readonly models: RandomModels;
  readonly ports: MemoryPorts;
}

/** A session of the rich agent whose models do what `seed` says. */
export function open(seed: number, canFail: boolean, definition = richAgent): Driven {
  return drive({ seed, canFail }, definition, { NAME: 'Ada' });
}

export function drive(
  options: Parameters<typeof randomModels>[0],
  definition: AgentDefinition,
  input: { readonly [name: string]: JsonValue },
): Driven {
  const models = randomModels(options);
  const media = randomMedia(options);
  const ports = memoryPorts({ models, media, webSearch: randomSearch(options), workers: richWorkers });
  return { models, ports, conversation: new Conversation({ definition, ports, models, input }) };
}

/** How many sessions a property drives: `usual`, or more by `OCTAVUS_RANDOM_RUNS`, of which `usual` is the share of 2,000. */
export function runs(usual: number): number {
  const wanted = Number(process.env.OCTAVUS_RANDOM_RUNS ?? 2_000);
  return Math.ceil((usual * wanted) / 2_000);
}

/** Time for a property: it is stopped by its runs, and what hangs by this. */
export const patience = 60_000 + runs(2_000) * 60;

/** Tools of the caller's own process. */
const deskTools = ['desk__ring', 'desk__write'].map((name) => ({
  name,
  description: name,
  inputSchema: { type: 'object', properties: { at: { type: 'string' } } },
}));

export const triggers = fc.oneof(
  fc.record(
    {
      triggerName: fc.constantFrom('user-message', 'advise', 'paint'),
      input: fc.record({ MESSAGE: fc.constantFrom('Is it dying?', '{{SLOT}}', '🌱') }),
      dynamicToolSchemas: fc.constant(deskTools),
    },
    { requiredKeys: ['triggerName', 'input'] },
  ),
  fc.record({ triggerName: fc.constantFrom('book', 'summarise', 'quiet', 'delegate'), input: fc.constant({}) }),
);

/** Number of batches after which a leg is cut. */
export const cut = fc.integer({ min: 1, max: 30 });

const reasons = fc.constantFrom<StopReason>('disconnect', 'abort', 'shutdown', 'lease-lost');
/** What happens to a leg from outside: nothing, a stop, or the death of its process at a commit. */
export const fates = fc.option(
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({ stop: fc.record({ afterBatches: fc.integer({ min: 1, max: 12 }), reason: reasons }) }),
    },
    { weight: 1, arbitrary: fc.record({ killAfterBatches: fc.integer({ min: 1, max: 12 }) }) },
  ),
  { nil: {}, freq: 3 },
);

/** What comes back for each call asked for: results, errors, files, or nothing at all. */
export const results = fc.array(
  fc.oneof(
    fc.record({ result: fc.jsonValue({ maxDepth: 1 }).map((value) => value as JsonValue) }),
    fc.record({ error: fc.constantFrom('down', '') }),
    fc.record({
      result: fc.constant('made'),
      files: fc.constant([{ id: 'f1', mediaType: 'image/png', url: 'https://a.example/f1' }]),
    }),
    fc.constant('nothing' as const),
  ),
  { maxLength: 4 },
);

export type Trigger = typeof triggers extends fc.Arbitrary<infer T> ? T : never;
export type Fate = typeof fates extends fc.Arbitrary<infer T> ? T : never;
export type Results = typeof results extends fc.Arbitrary<infer T> ? T : never;
