import { isDeepStrictEqual } from 'node:util';
import type { StreamEvent } from '@octavus/core';
import type { Expectation } from './test-file.ts';

/** What a turn did. */
export interface TurnOutcome {
  readonly events: readonly StreamEvent[];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly resources: Readonly<Record<string, unknown>>;
}

/** Compares a turn with what a test expects of it. @returns one sentence per difference */
export function checkTurn(expected: Expectation, outcome: TurnOutcome): string[] {
  const { events } = outcome;
  const text = textOf(events);
  const problems: string[] = [];
  const check = (name: string, wanted: unknown, actual: unknown) => {
    if (!isDeepStrictEqual(wanted, actual)) problems.push(`${name}: expected ${show(wanted)}, got ${show(actual)}`);
  };
  if (expected.text !== undefined) check('text', expected.text, text);
  for (const piece of expected.contains ?? []) {
    if (!text.includes(piece)) problems.push(`text: expected to contain ${show(piece)}, got ${show(text)}`);
  }
  if (expected.matches !== undefined && !new RegExp(expected.matches).test(text)) {
    problems.push(`text: expected to match /${expected.matches}/, got ${show(text)}`);
  }
  if (expected.tools) check('tools', expected.tools, toolsOf(events));
  if (expected.events) check('events', expected.events, eventTypesOf(events));
  if (expected.finish !== undefined) check('finish', expected.finish, finishOf(events));
  if ('output' in expected) check('output', expected.output, outputOf(events));
  for (const place of ['variables', 'resources'] as const) {
    for (const [name, value] of Object.entries(expected[place] ?? {}))
      check(`${place}.${name}`, value, outcome[place][name]);
  }
  return [...problems, ...checkError(expected, events)];
}

/** An error that nothing expects fails the test. */
function checkError({ error: wanted }: Expectation, events: readonly StreamEvent[]): string[] {
  const error = events.find((event) => event.type === 'error');
  if (wanted === undefined) return error ? [`the turn ended with an error: ${error.message}`] : [];
  if (!error) return [`error: expected one with ${show(wanted)}, got none`];
  const shown = `${error.code ?? error.errorType}: ${error.message}`;
  return shown.includes(wanted) ? [] : [`error: expected one with ${show(wanted)}, got ${show(shown)}`];
}

/** The agent's own texts, without those of its workers. */
export function textOf(events: readonly StreamEvent[]): string {
  return events
    .flatMap((event) => (event.type === 'text-delta' && event.workerId === undefined ? [event.delta] : []))
    .join('');
}

export function outputOf(events: readonly StreamEvent[]): unknown {
  return events.findLast((event) => event.type === 'worker-result')?.output;
}

function toolsOf(events: readonly StreamEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'tool-input-available' ? [event.toolName] : []));
}

function finishOf(events: readonly StreamEvent[]): string | undefined {
  return events.findLast((event) => event.type === 'finish')?.finishReason;
}

/** How a text is cut into deltas is chance: a run of them counts once. */
function eventTypesOf(events: readonly StreamEvent[]): string[] {
  const types = events.map(({ type }) => type);
  return types.filter((type, index) => !type.endsWith('-delta') || types[index - 1] !== type);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
