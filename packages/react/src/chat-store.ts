import {
  type AgentTypes,
  type ChatSettings,
  type ConnectionState,
  isSocketTransport,
  OctavusChat,
  type OctavusChatOptions,
  type Transport,
} from '@octavus/client-sdk';
import { createValue, type Value } from './value.ts';

/** Everything that belongs to one transport: the chat, and what the hook shows beside it. */
export interface ChatStore<Agent extends AgentTypes> {
  readonly transport: Transport;
  readonly chat: OctavusChat<Agent>;
  readonly subscribe: (listener: () => void) => () => void;
  /** The execution that started last. */
  readonly executionId: Value<string | null>;
  readonly connection: Connection;
  /** Methods of the chat that keep their identity. */
  readonly actions: Pick<OctavusChat<Agent>, 'send' | 'stop' | 'retry' | 'observe' | 'replaceMessages' | 'uploadFiles'>;
}

interface Connection {
  subscribe(listener: () => void): () => void;
  /** Undefined when the transport has no connection of its own. */
  readonly state: ConnectionState | undefined;
  readonly error: Error | undefined;
  readonly connect: (() => Promise<void>) | undefined;
  readonly disconnect: (() => void) | undefined;
}

/** Has no effect outside: it may be called in a render that is thrown away. */
export function createChatStore<Agent extends AgentTypes>(options: OctavusChatOptions<Agent>): ChatStore<Agent> {
  const { transport, initialMessages } = options;
  const executionId = createValue<string | null>(null);
  const chat = new OctavusChat<Agent>({ ...settingsOf(options, executionId), transport, initialMessages });
  return {
    transport,
    chat,
    subscribe: (listener) => chat.subscribe(listener),
    executionId,
    connection: connectionOf(transport),
    actions: {
      send: (triggerName, input, sendOptions) => chat.send(triggerName, input, sendOptions),
      stop: () => chat.stop(),
      retry: () => chat.retry(),
      observe: () => chat.observe(),
      replaceMessages: (messages) => chat.replaceMessages(messages),
      uploadFiles: (files, onProgress) => chat.uploadFiles(files, onProgress),
    },
  };
}

/** All settings of a render; those it does not have are `undefined`, so that they do not stay from an earlier one. */
export function settingsOf<Agent extends AgentTypes>(
  options: OctavusChatOptions<Agent>,
  executionId: Value<string | null>,
): ChatSettings<Agent> {
  return {
    requestUploadUrls: options.requestUploadUrls,
    uploadOptions: options.uploadOptions,
    clientTools: options.clientTools,
    onError: options.onError,
    onFinish: options.onFinish,
    onStop: options.onStop,
    onInterrupted: options.onInterrupted,
    onResourceUpdate: options.onResourceUpdate,
    onSessionCreated: options.onSessionCreated,
    onUsage: options.onUsage,
    throttleMs: options.throttleMs,
    useServerMessageIds: options.useServerMessageIds,
    onStart: (id: string) => {
      executionId.set(id);
      options.onStart?.(id);
    },
  } satisfies Record<keyof ChatSettings, unknown>;
}

function connectionOf(transport: Transport): Connection {
  if (!isSocketTransport(transport)) return noConnection;
  let error: Error | undefined;
  return {
    subscribe: (listener) =>
      transport.onConnectionStateChange((_state, reason) => {
        error = reason;
        listener();
      }),
    get state() {
      return transport.connectionState;
    },
    get error() {
      return error;
    },
    connect: () => transport.connect(),
    disconnect: () => transport.disconnect(),
  };
}

const noConnection: Connection = {
  subscribe: () => () => undefined,
  state: undefined,
  error: undefined,
  connect: undefined,
  disconnect: undefined,
};
