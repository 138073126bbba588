import type { FileReference, FinishReason, OctavusError, UIMessage, UIMessageSender, UsageEvent } from '@octavus/core';
import type { AgentTypes, AnyAgent } from './agent-types.ts';
import type { ClientToolHandler } from './client-tools.ts';
import type { Transport } from './transports/transport.ts';
import type { RequestUploadUrls } from './uploads/upload-files.ts';
import type { UploadSettings } from './uploads/upload-settings.ts';

/**
 * `idle`: nothing runs. `streaming`: a turn runs. `awaiting-input`: it goes on when the interactive tools in `pendingClientTools` are
 * answered. `error`: the last turn failed, `error` says why.
 */
export type ChatStatus = 'idle' | 'streaming' | 'error' | 'awaiting-input';

/** What the user said, as it is shown at once. */
export interface UserMessageInput {
  /** Text, or an object that shows as an object part named by its field `type`. */
  content?: string | Record<string, unknown>;
  /** Attachments: uploaded before the message is sent, unless they are references already. */
  files?: FileList | File[] | FileReference[];
  /** Who said it, where several people take part. */
  sender?: UIMessageSender;
}

/** What `send` takes besides the trigger and its input. */
export interface SendOptions {
  /** Shows as a message of the user at once. Without it, only the answer shows. */
  userMessage?: UserMessageInput;
}

/** A callback or listener that throws does not disturb the chat; what it threw goes to the console. */
export interface OctavusChatOptions<Agent extends AgentTypes = AnyAgent> {
  /** How the agent is reached; the same for the life of the chat. */
  transport: Transport;
  /** Messages of the session so far, read once. Dates may be strings. */
  initialMessages?: UIMessage[];
  /** Asks your server for upload addresses; needed to send `File`s. */
  requestUploadUrls?: RequestUploadUrls;
  /** How patiently, and how many at a time. */
  uploadOptions?: UploadSettings;
  /** Tools that run in this application, by name: a function, or `'interactive'` for those that a person answers. */
  clientTools?: { [Name in keyof Agent['tools']]?: ClientToolHandler<Agent['tools'][Name]> };
  /** A run failed; the chat shows it already. */
  onError?: (error: OctavusError) => void;
  /** A turn ended by itself: not for client tools, `stop()` or an error. */
  onFinish?: (finishReason: FinishReason) => void;
  /** `stop()` stopped something. */
  onStop?: () => void;
  /** The stream ended without an ending: the connection was lost. What came is kept, the status is `idle`. */
  onInterrupted?: () => void;
  /** @deprecated Let the agent call a tool instead. */
  onResourceUpdate?: (name: string, value: unknown) => void;
  /** A leg of an execution began. */
  onStart?: (executionId: string) => void;
  /** The server named the session, or another one than before. */
  onSessionCreated?: (sessionId: string) => void;
  /** What a worker run cost, at its very end. */
  onUsage?: (usage: UsageEvent) => void;
  /** Listeners hear of pieces of text at most once in this time, in milliseconds. Default 0: of each. */
  throttleMs?: number;
  /** Turns get the id that the server stores them under, so that keys stay the same after a reload. Default false. */
  useServerMessageIds?: boolean;
}

/** The options that may change during the life of a chat. */
export type ChatSettings<Agent extends AgentTypes = AnyAgent> = Omit<
  OctavusChatOptions<Agent>,
  'transport' | 'initialMessages'
>;
