import type { StreamEvent, StreamEventType } from '@octavus/core';
import { endBlock, startBlock } from './blocks.ts';
import { addFile, addSource, updateTodos } from './content.ts';
import { appendReasoning, endReasoning, startReasoning } from './reasoning.ts';
import { appendText, endText, startText } from './text.ts';
import { appendToolInput, completeToolInput, completeToolOutput, failToolOutput, startToolInput } from './tools.ts';
import type { Turn } from './turn.ts';
import { appendWorkerInput, completeWorkerInput, endWorker, startWorker, startWorkerInput } from './workers.ts';

/** What each event does to the message of its turn (SDK spec part 2, section 4.2). The compiler keeps the list complete. */
const reducers: {
  readonly [Type in StreamEventType]: (turn: Turn, event: Extract<StreamEvent, { type: Type }>) => Turn;
} = {
  'block-start': startBlock,
  'block-end': endBlock,
  'text-start': startText,
  'text-delta': appendText,
  'text-end': endText,
  'reasoning-start': startReasoning,
  'reasoning-delta': appendReasoning,
  'reasoning-end': endReasoning,
  'tool-input-start': startToolInput,
  'tool-input-delta': appendToolInput,
  'tool-input-end': unchanged,
  'tool-input-available': completeToolInput,
  'tool-output-available': completeToolOutput,
  'tool-output-error': failToolOutput,
  source: addSource,
  'file-available': addFile,
  'todo-update': updateTodos,
  'worker-input-start': startWorkerInput,
  'worker-input-delta': appendWorkerInput,
  'worker-input-ready': completeWorkerInput,
  'worker-start': startWorker,
  'worker-result': endWorker,
  // These steer the run, not the message.
  start: unchanged,
  finish: unchanged,
  error: unchanged,
  usage: unchanged,
  'tool-request': unchanged,
  'client-tool-request': unchanged,
  'resource-update': unchanged,
};

/** The turn after one event. Pure: the same turn and event give the same result, and the turn given stays as it is. */
export function reduceEvent(turn: Turn, event: StreamEvent): Turn {
  if (!Object.hasOwn(reducers, event.type)) return turn;
  return (reducers[event.type] as (turn: Turn, event: StreamEvent) => Turn)(turn, event);
}

function unchanged(turn: Turn): Turn {
  return turn;
}
