import type { LanguageModels, LogEntry, StreamEvent } from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import type { Change } from './state/change.ts';
import type { Part } from './state/message.ts';

/**
 * Everything the engine needs from outside. A host (the server, a test, a program that embeds the engine) supplies it once.
 */
export interface EnginePorts {
  readonly models: LanguageModels;
  readonly ids: Ids;
  readonly clock: Clock;
  /** The project's agents, for workers. Resolves to `undefined` when there is none of that slug. */
  findWorker(slug: string): Promise<WorkerAgent | undefined>;
}

export interface WorkerAgent {
  readonly agentId: string;
  readonly version: number;
  readonly definition: AgentDefinition;
}

/** Makes identifiers in the formats of http-api.md 1.2. `message` is unique in its session and increases. */
export interface Ids {
  execution(): string;
  message(): string;
  toolCall(): string;
  file(): string;
  resource(): string;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A line of the execution log (runtime-semantics.md 17), written with the changes around it. */
export interface LogRecord {
  readonly log: LogEntry;
}

/**
 * What a run yields, in arrays of what became ready together.
 *
 * A host commits all changes and log records of an array in one transaction and only then sends the events that follow them in it:
 * an event that reports a fact comes after its change (runtime-semantics.md 11). Changes marked by `isDeferrable` may be committed
 * without waiting.
 */
export type Output = StreamEvent | Change | LogRecord;

export function isEvent(output: Output): output is StreamEvent {
  return 'type' in output;
}

export function isChange(output: Output): output is Change {
  return 'change' in output;
}

export function isLogRecord(output: Output): output is LogRecord {
  return 'log' in output;
}

/** Partial text: it may lag up to 1 s behind the stream, nothing waits for it. */
export function isDeferrable(change: Change): boolean {
  switch (change.change) {
    case 'part-extended':
      return !change.isLast;
    case 'part-appended':
      return isOpenPart(change.part);
    case 'message-appended':
      return change.message.parts.some(isOpenPart);
    default:
      return false;
  }
}

function isOpenPart(part: Part): boolean {
  return (part.type === 'text' || part.type === 'reasoning') && part.isOpen === true;
}

/** Why a run was told to stop: the `reason` of its abort signal. Anything else counts as `abort`. */
export type StopReason = 'disconnect' | 'abort' | 'shutdown' | 'lease-lost';

/** How a leg ended. */
export type Ending = 'completed' | 'paused' | 'failed' | 'aborted';

/** What a run returns after its last output. */
export interface RunEnding {
  readonly ending: Ending;
  /** What broke when the run failed by a fault of the engine or a port (`internal_error`); for the server's own log. */
  readonly cause?: unknown;
}
