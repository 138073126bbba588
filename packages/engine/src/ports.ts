import type {
  FileReference,
  LanguageModels,
  LogEntry,
  MediaFile,
  MediaModels,
  ModelUsage,
  StreamEvent,
} from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import type { Change } from './state/change.ts';
import type { Part } from './state/message.ts';

/**
 * Everything the engine needs from outside. A host (the server, a test, a program that embeds the engine) supplies it once.
 */
export interface EnginePorts {
  readonly models: LanguageModels;
  readonly media: MediaModels;
  readonly files: Files;
  readonly ids: Ids;
  readonly clock: Clock;
  /** The project's workers as they are now. Resolves to `undefined` when there is none of that slug. */
  findWorker(slug: string): Promise<WorkerAgent | undefined>;
  /** A version that `findWorker` gave before: a paused worker goes on with what it began with. */
  getWorker(agentId: string, version: number): Promise<WorkerAgent>;
  /** What a model's provider charges for so much use, in USD; `undefined` where no price is known. Absent: none is. */
  estimateFee?(modelId: string, usage: ModelUsage): number | undefined;
  /** Scales images down for models. Absent: they go as they are. */
  readonly images?: Images;
  /** Behind `octavus_web_search`. Absent: the tool answers that there is no search here. */
  readonly webSearch?: WebSearch;
}

/** Files of the session that runs, and what it may read. */
export interface Files {
  /** Keeps bytes that the execution made. When it resolves they survive a crash. */
  store(bytes: Uint8Array, meta: { readonly mediaType: string; readonly filename: string }): Promise<FileReference>;
  /**
   * The bytes of a file: one of the project's, known by its id or by an address that was given out for it, or one that lies elsewhere.
   *
   * @returns the file with its type as it is known best; or a sentence on why it cannot be had. Never rejects.
   */
  read(
    file: FileReference,
    { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
  ): Promise<{ readonly file: MediaFile } | { readonly problem: string }>;
}

export interface Images {
  /**
   * @param maxDimension longest side in pixels.
   * @returns the very same file when it fits already; `undefined` when it cannot be read as an image. Never rejects.
   */
  fit(image: MediaFile, maxDimension: number): Promise<FittedImage | undefined>;
}

export interface FittedImage {
  readonly file: MediaFile;
  readonly original: ImageSize;
  readonly delivered: ImageSize;
}

interface ImageSize {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** The web as a model searches it. */
export interface WebSearch {
  /**
   * @param query not checked: it may be blank or long.
   * @param maxResults 1 to 20.
   * @returns at most so many pages, best first; or a sentence for the model on why there are none. Never rejects; an aborted search
   *   ends soon with whatever.
   */
  search(
    { query, maxResults }: { readonly query: string; readonly maxResults: number },
    signal: AbortSignal,
  ): Promise<{ readonly results: readonly WebPage[] } | { readonly problem: string }>;
}

export interface WebPage {
  readonly title: string;
  /** http or https. */
  readonly url: string;
  /** Plain text. */
  readonly snippet: string;
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
