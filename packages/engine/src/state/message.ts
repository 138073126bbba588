import type { FileReference, JsonObject, JsonValue, ProviderMetadata, Sender, TodoItem } from '@octavus/core';
import type { DisplayMode } from '@octavus/protocol';

/**
 * A message as it is stored: a ChatMessage (runtime-semantics.md 9) with the flags that never leave the server.
 *
 * `content` and `toolCalls` of the wire shape are derived, see `messages/to-chat-messages.ts`.
 */
export interface Message {
  readonly id: string;
  readonly role: 'user' | 'assistant' | 'system';
  /** RFC 3339 UTC with milliseconds. */
  readonly createdAt: string;
  readonly parts: readonly Part[];
  readonly sender?: Sender;
  /** The execution that wrote it, on every message it wrote; joins its assistant messages into one bubble (9.4). */
  readonly executionId?: string;
  /** Still being written. */
  readonly isOpen?: true;
}

export type Part =
  | TextPart
  | ReasoningPart
  | ToolCallPart
  | StepStartPart
  | OperationPart
  | SourcePart
  | FilePart
  | ObjectPart
  | WorkerPart
  | TodoPart;

export type PartType = Part['type'];

interface PartBase {
  /** Users see it. Models see both kinds, unless `isDisplayOnly`. */
  readonly visible: boolean;
  /** Absent for the main thread. */
  readonly thread?: string;
  /** Users see it, models do not. */
  readonly isDisplayOnly?: true;
  readonly providerMetadata?: ProviderMetadata;
}

export interface TextPart extends PartBase {
  readonly type: 'text';
  readonly content: string;
  /** More text follows (a partial save, at most 1 s behind the stream). */
  readonly isOpen?: true;
  /** Structured output that did not fit its type: the model sees the text, users an object part with an error. */
  readonly invalidObject?: { readonly id: string; readonly typeName: string };
}

export interface ReasoningPart extends PartBase {
  readonly type: 'reasoning';
  readonly content: string;
  readonly isOpen?: true;
  /** Who thought it; another provider never gets it back (6.2). */
  readonly provider?: string;
}

export interface ToolCallPart extends PartBase {
  readonly type: 'tool-call';
  readonly toolCall: ToolCall;
  /** `block`: asked for by a `tool-call` block, not part of any model context. */
  readonly source?: 'block';
  /** Closed by the server because no result came (12.3). */
  readonly isCancelled?: true;
  /** Id of the provider that ran it inside the step; only to this one it goes back. */
  readonly executedBy?: string;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The label users see: description or title by display mode. */
  readonly description?: string;
  readonly arguments: JsonObject;
  readonly status: 'pending' | 'streaming' | 'available' | 'error';
  readonly result?: JsonValue;
  readonly error?: string;
  readonly display?: DisplayMode;
}

export interface StepStartPart extends PartBase {
  readonly type: 'step-start';
}

export interface OperationPart extends PartBase {
  readonly type: 'operation';
  readonly operation: { readonly id: string; readonly name: string; readonly operationType: string };
  /** Its block still waits for it. */
  readonly isOpen?: true;
  readonly isCancelled?: true;
}

export interface SourcePart extends PartBase {
  readonly type: 'source';
  readonly source:
    | { readonly sourceType: 'url'; readonly id: string; readonly url: string; readonly title?: string }
    | {
        readonly sourceType: 'document';
        readonly id: string;
        readonly mediaType: string;
        readonly title: string;
        readonly filename?: string;
      };
}

export interface FilePart extends PartBase {
  readonly type: 'file';
  readonly file: FileReference & { readonly toolCallId?: string };
  /** A model made it as part of its answer, and reads it there: id of its provider, `unknown` after a restore. */
  readonly saidBy?: string;
}

export interface ObjectPart extends PartBase {
  readonly type: 'object';
  readonly object: { readonly id: string; readonly typeName: string; readonly value: JsonValue };
}

export interface WorkerPart extends PartBase {
  readonly type: 'worker';
  readonly worker: {
    readonly workerId: string;
    readonly workerSlug: string;
    readonly description?: string;
    readonly input?: JsonObject;
    readonly nestedParts: readonly Part[];
    readonly output?: JsonValue;
    readonly error?: string;
    readonly isCancelled?: true;
    /** It runs or waits: its parts so far are in the state of the session's `workers`. */
    readonly isOpen?: true;
  };
}

export interface TodoPart extends PartBase {
  readonly type: 'todo';
  readonly todos: readonly TodoItem[];
}
