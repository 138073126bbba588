import type { StreamEvent } from '@octavus/core';
import { anAgent, aWorker, toolCall } from '../src/testing/index.ts';
import { converse } from './converse.ts';

/** A worker with a tool of its own. */
export const sheetWriter = aWorker(
  'sheet-writer',
  `
  input:
    PLANT: { type: string, description: Which plant }
    TONE: { type: string, optional: true, default: calm }
  variables:
    SHEET: { type: string }
  tools:
    read-sensor:
      description: Reads a sensor
      display: stream
      parameters:
        place: { type: string }
  steps:
    Open:
      block: start-thread
      thread: draft
      model: test/worker
      system: system
      input: [TONE]
      tools: [read-sensor]
      maxSteps: 3
    Ask:
      block: add-message
      thread: draft
      role: user
      prompt: ask
      input: [PLANT]
    Draft:
      block: next-message
      thread: draft
      output: SHEET
  output: SHEET
  `,
  { system: 'You are {{TONE}}.', ask: 'A sheet for {{PLANT}}.' },
);

/** An agent that asks the sheet writer, by a block or by its model. */
export function gardener(options: { display?: string; tools?: string; independent?: boolean } = {}) {
  const { display = 'stream', tools = '{}', independent = false } = options;
  return anAgent(
    `
    triggers:
      user-message:
        input:
          MESSAGE: { type: string }
      write:
        input:
          PLANT: { type: unknown, optional: true }
    variables:
      SHEET: { type: unknown }
      NOTE: { type: string }
    tools:
      measure:
        description: Measures
        parameters:
          place: { type: string }
    workers:
      sheet-writer:
        description: Writing a sheet
        title: The sheet
        display: ${display}
        tools: ${tools}
      ghost:
        description: Is not there
    agent:
      model: test/main
      system: system
      tools: [measure]
      workers: [sheet-writer, ghost]
      agentic: true
    handlers:
      user-message:
        Add: { block: add-message, role: user, prompt: message, input: [MESSAGE] }
        Answer: { block: next-message, independent: ${independent}, output: NOTE }
      write:
        Write: { block: run-worker, worker: sheet-writer, input: { PLANT: PLANT }, output: SHEET }
        Haunt: { block: run-worker, worker: ghost, output: NOTE }
    `,
    { system: 'You garden.', message: '{{MESSAGE}}' },
  );
}

/** Its model answers, and may call. */
export const ask = { triggerName: 'user-message', input: { MESSAGE: 'A sheet, please' } };
/** Its block runs the worker. */
export const write = { triggerName: 'write', input: { PLANT: 'fern' } };
/** What the model writes to call the worker. */
export const callSheet = (id = 'call_1', plant = 'fern') => toolCall(id, 'sheet-writer', { PLANT: plant });

/** A session of the agent beside its worker. @param steps what the models answer, one after the other. */
export function withWorkers(steps: Parameters<typeof converse>[1], definition = gardener()) {
  return converse(definition, steps, {
    ports: { workers: [{ agentId: 'agent-sheet-writer', version: 1, definition: sheetWriter }] },
  });
}

export function ofType<Type extends StreamEvent['type']>(events: readonly StreamEvent[], type: Type) {
  return events.filter((event): event is Extract<StreamEvent, { type: Type }> => event.type === type);
}
