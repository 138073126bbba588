import { chatMessageSchema, type StreamEvent, uiMessageJsonSchema } from '@octavus/core';
import { expect } from 'vitest';
import { toChatMessages, toUiMessages } from '../src/index.ts';
import { isChange, isEvent, type Output } from '../src/ports.ts';
import { fold } from '../src/state/fold.ts';
import type { Message } from '../src/state/message.ts';
import type { SessionState } from '../src/state/session-state.ts';
import type { Leg } from '../src/testing/index.ts';

/** What an event reports is in a change before it (runtime-semantics.md 11). */
export function checkDurableBeforeVisible(leg: Leg, before: SessionState): void {
  let state = before;
  let keepsNothing = false;
  for (const output of leg.outputs) {
    if (isChange(output)) state = fold(state, output);
    if (!isEvent(output)) continue;
    const isOfWorker = 'workerId' in output && output.workerId !== undefined;
    // An independent block of the main thread stores its variable and nothing else; workers inside have a state of their own.
    if (output.type === 'block-start' && !isOfWorker)
      keepsNothing = output.outputToChat === false && output.thread === undefined;
    const isKept = isOfWorker || !keepsNothing;
    if (isKept || output.type !== 'file-available') checkReported(output, state);
    if (isKept) checkOutcome(output, state);
  }
}

function checkOutcome(event: StreamEvent, state: SessionState): void {
  if (event.type !== 'tool-output-available' && event.type !== 'tool-output-error') return;
  expect(outcomesOf(state).get(event.toolCallId)).toMatch(/available|error/);
}

function checkReported(event: StreamEvent, state: SessionState): void {
  const { execution } = state;
  switch (event.type) {
    case 'start':
      expect(execution).toMatchObject({ executionId: event.executionId, status: 'running' });
      return;
    case 'tool-request':
      expect(execution?.status).toBe('waiting');
      expect(execution?.pending.map((call) => call.toolCallId)).toEqual(event.toolCalls.map((call) => call.toolCallId));
      return;
    case 'finish':
      if (event.finishReason !== 'tool-calls') expect(execution?.status).toMatch(/completed|aborted/);
      return;
    case 'error':
      expect(execution?.status).toMatch(/failed|aborted/);
      return;
    case 'file-available':
      expect(filesOf(state)).toContain(event.id);
      return;
    case 'resource-update':
      expect(state.resources[event.name]).toEqual(event.value);
      return;
    case 'worker-result':
      expect(state.workers.get(event.workerId)?.state.execution?.status).not.toBe('waiting');
      return;
    case 'block-end':
      for (const message of ownMessages(state)) expect(message.parts.some(isOpenText)).toBe(false);
      return;
    default:
  }
}

/** Ids of every file of a message, those of workers included. */
function filesOf(state: SessionState): readonly string[] {
  const states = [state, ...[...state.workers.values()].map((worker) => worker.state)];
  const lists = states.flatMap(({ messages, threads }) => [
    messages,
    ...[...threads.values()].map((one) => one.messages),
  ]);
  return lists.flat().flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'file' ? [part.file.id] : [])));
}

/** Every stored call with its status, those of workers included. */
function outcomesOf(state: SessionState): ReadonlyMap<string, string> {
  const statuses = new Map<string, string>();
  const read = (messages: readonly Message[]) => {
    for (const { parts } of messages) {
      for (const part of parts) if (part.type === 'tool-call') statuses.set(part.toolCall.id, part.toolCall.status);
    }
  };
  for (const { messages, threads } of [state, ...[...state.workers.values()].map((worker) => worker.state)]) {
    read(messages);
    for (const thread of threads.values()) read(thread.messages);
  }
  return statuses;
}

export function ownMessages(state: SessionState): readonly Message[] {
  return state.messages.filter((message) => message.executionId === state.execution?.executionId);
}

function isOpenText(part: Message['parts'][number]): boolean {
  return 'isOpen' in part && part.isOpen === true;
}

export function checkStatus({ ending, events }: Leg, { execution }: SessionState): void {
  const statuses = { completed: 'completed', paused: 'waiting', failed: 'failed', aborted: 'aborted' } as const;
  if (!ending || events.length === 0) return;
  const isLost = ending.ending === 'aborted' && execution?.status === 'interrupted';
  if (!isLost) expect(execution?.status).toBe(statuses[ending.ending]);
}

/** What holds of every session on which nothing runs. */
export function checkRest(state: SessionState): void {
  for (const message of toUiMessages(state)) uiMessageJsonSchema.parse(message);
  for (const message of toChatMessages(state)) chatMessageSchema.parse(message);
  expect(new Set(state.messages.map(({ id }) => id)).size).toBe(state.messages.length);
  const waiting = state.execution?.status === 'waiting' ? state.execution.executionId : undefined;
  if (waiting === undefined) expect(state.workers.size).toBe(0);
  const lists = [state.messages, ...[...state.threads.values()].map((thread) => thread.messages)];
  for (const message of lists.flat()) {
    if (message.executionId === waiting && waiting !== undefined) continue;
    expect(message.isOpen).toBeUndefined();
    for (const part of message.parts) {
      expect(isOpenText(part)).toBe(false);
      if (part.type === 'worker') expect(part.worker.isOpen).toBeUndefined();
      if (part.type === 'tool-call') expect(part.toolCall.status).toMatch(/available|error/);
    }
  }
}

/** What a client sends back to retry: the `lastMessageId` of the first leg's `start`, `null` when that was absent. */
export function anchorOf(outputs: readonly Output[]): string | null {
  const start = outputs.find((output) => isEvent(output) && output.type === 'start') as
    | { lastMessageId?: string }
    | undefined;
  return start?.lastMessageId ?? null;
}

/** The session with its identifiers numbered as they appear: they differ between a run and its repetition. */
export function comparable(state: SessionState): unknown {
  const { messages, variables, resources, todos, threads } = state;
  const text = JSON.stringify({ messages, variables, resources, todos, threads: [...threads] });
  const names = new Map<string, string>();
  const pattern =
    /\d{13}-[a-z0-9]{7}|(?:exec|call|file)[_-][a-z0-9]{24}|\bc0[a-z0-9]{22}\b|(?<=")[a-z0-9]{4}-\d+(?=")/g;
  return JSON.parse(
    text.replace(pattern, (id) => {
      if (!names.has(id)) names.set(id, `id-${names.size}`);
      return names.get(id)!;
    }),
  );
}
