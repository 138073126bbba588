import type { FileReference, JsonValue, StreamEvent } from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';

/** What a user does that an agent answers: fires a trigger, or has a worker run. */
export type TurnRequest =
  | {
      readonly kind: 'trigger';
      readonly triggerName: string;
      readonly input: Readonly<Record<string, unknown>>;
      /** History after this message is dropped first; `null`: all of it. Absent: it stays. */
      readonly rollbackAfterMessageId?: string | null;
    }
  | { readonly kind: 'worker'; readonly input: Readonly<Record<string, unknown>> };

export interface ToolAnswer {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly result?: JsonValue;
  readonly error?: string;
}

export interface LocalFile {
  readonly filename: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/**
 * One session with one agent, on a server or in this process. A leg ends with `finish` or `error`; after `tool-request` it goes on with
 * `continue`.
 */
export interface Conversation {
  readonly definition: AgentDefinition;
  /** Absent until a worker has begun. */
  readonly sessionId: string | undefined;
  /** @throws CliFailure when the request is refused. Aborting the signal stops the turn. */
  start(request: TurnRequest, signal: AbortSignal): AsyncIterable<StreamEvent>;
  continue(executionId: string, answers: readonly ToolAnswer[], signal: AbortSignal): AsyncIterable<StreamEvent>;
  /** Makes files available to the session. In the order given. */
  upload(files: readonly LocalFile[]): Promise<FileReference[]>;
}
