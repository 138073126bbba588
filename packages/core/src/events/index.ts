import { z } from 'zod';
import { blockEndEventSchema, blockStartEventSchema } from './block.ts';
import {
  fileAvailableEventSchema,
  resourceUpdateEventSchema,
  sourceEventSchema,
  todoUpdateEventSchema,
} from './content.ts';
import { errorEventSchema } from './error.ts';
import { finishEventSchema, startEventSchema } from './lifecycle.ts';
import { reasoningDeltaEventSchema, reasoningEndEventSchema, reasoningStartEventSchema } from './reasoning.ts';
import { textDeltaEventSchema, textEndEventSchema, textStartEventSchema } from './text.ts';
import {
  clientToolRequestEventSchema,
  toolInputAvailableEventSchema,
  toolInputDeltaEventSchema,
  toolInputEndEventSchema,
  toolInputStartEventSchema,
  toolOutputAvailableEventSchema,
  toolOutputErrorEventSchema,
  toolRequestEventSchema,
} from './tool.ts';
import { usageEventSchema } from './usage.ts';
import {
  workerInputDeltaEventSchema,
  workerInputReadyEventSchema,
  workerInputStartEventSchema,
  workerResultEventSchema,
  workerStartEventSchema,
} from './worker.ts';

/**
 * Everything a stream may carry, in the v4 shape (stream spec 3). The list a new event is added to.
 *
 * The server never parses its own events with it: the types fix their shape, the hot path stays bare.
 */
export const streamEventSchema = z.discriminatedUnion('type', [
  startEventSchema,
  finishEventSchema,
  errorEventSchema,
  textStartEventSchema,
  textDeltaEventSchema,
  textEndEventSchema,
  reasoningStartEventSchema,
  reasoningDeltaEventSchema,
  reasoningEndEventSchema,
  toolInputStartEventSchema,
  toolInputDeltaEventSchema,
  toolInputEndEventSchema,
  toolInputAvailableEventSchema,
  toolOutputAvailableEventSchema,
  toolOutputErrorEventSchema,
  toolRequestEventSchema,
  clientToolRequestEventSchema,
  sourceEventSchema,
  fileAvailableEventSchema,
  todoUpdateEventSchema,
  resourceUpdateEventSchema,
  blockStartEventSchema,
  blockEndEventSchema,
  workerInputStartEventSchema,
  workerInputDeltaEventSchema,
  workerInputReadyEventSchema,
  workerStartEventSchema,
  workerResultEventSchema,
  usageEventSchema,
]);
export type StreamEvent = z.infer<typeof streamEventSchema>;
export type StreamEventType = StreamEvent['type'];
