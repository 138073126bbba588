import type {
  AgentTypes,
  AnyAgent,
  ChatStatus,
  ConnectionState,
  InteractiveTool,
  OctavusChat,
  OctavusChatOptions,
  OctavusError,
  UIMessage,
} from '@octavus/client-sdk';
import { useEffect, useInsertionEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type ChatStore, createChatStore, settingsOf } from './chat-store.ts';

export interface UseOctavusChatOptions<Agent extends AgentTypes = AnyAgent> extends OctavusChatOptions<Agent> {
  /** Stops the turn that runs when the component goes away. Default false: it runs on in the background. */
  stopOnUnmount?: boolean;
}

export interface UseOctavusChatReturn<Agent extends AgentTypes = AnyAgent> {
  /** All messages, oldest first: a new array when something changed, the same one when not. */
  messages: UIMessage[];
  /** What the chat is doing. */
  status: ChatStatus;
  /** Why the last run failed; `null` from the start of the next one. */
  error: OctavusError | null;
  /** Tool calls that wait for a person, by tool name. */
  pendingClientTools: Record<string, InteractiveTool[]>;
  /** Something was sent and nothing runs. */
  canRetry: boolean;
  /** Id of the execution that started last, as given to `onStart`; the session's own id comes by `onSessionCreated`. */
  sessionId: string | null;
  /** `undefined` when the transport is no socket; so are the next three. */
  connectionState: ConnectionState | undefined;
  connectionError: Error | undefined;
  connect: (() => Promise<void>) | undefined;
  disconnect: (() => void) | undefined;
  /** This function and the following keep their identity for as long as the transport does. */
  send: OctavusChat<Agent>['send'];
  stop: OctavusChat<Agent>['stop'];
  retry: OctavusChat<Agent>['retry'];
  observe: OctavusChat<Agent>['observe'];
  replaceMessages: OctavusChat<Agent>['replaceMessages'];
  uploadFiles: OctavusChat<Agent>['uploadFiles'];
}

/**
 * A chat with an agent in a component.
 *
 * There is one chat per transport: keep the transport in `useMemo`. Another transport means another chat, and the old one is
 * stopped. Callbacks and tools act as of the latest render. Rendering on a server makes no request and reads no browser global.
 *
 * @param options those of `OctavusChat`, and `stopOnUnmount`.
 * @throws Error in a render when the transport is another one in every render.
 */
export function useOctavusChat<Agent extends AgentTypes = AnyAgent>(
  options: UseOctavusChatOptions<Agent>,
): UseOctavusChatReturn<Agent> {
  const store = useChatStore(options);
  const { chat, connection, executionId, actions } = store;

  // Before other effects, which may send already.
  useInsertionEffect(() => chat.updateOptions(settingsOf(options, executionId)));
  useStopOfPreviousChat(chat);
  useStopOnUnmount(chat, options.stopOnUnmount ?? false);

  return {
    messages: useValue(store.subscribe, () => chat.messages),
    status: useValue(store.subscribe, () => chat.status),
    error: useValue(store.subscribe, () => chat.error),
    pendingClientTools: useValue(store.subscribe, () => chat.pendingClientTools),
    canRetry: useValue(store.subscribe, () => chat.canRetry),
    sessionId: useValue(executionId.subscribe, executionId.get),
    connectionState: useValue(connection.subscribe, () => connection.state),
    connectionError: useValue(connection.subscribe, () => connection.error),
    connect: connection.connect,
    disconnect: connection.disconnect,
    ...actions,
  };
}

/** Renders in a row that may bring another transport; React gives up at 25, and does not say why. */
const maxTransports = 10;

/** Until React is done with a render the store of an earlier one stays in use, so nothing is started or stopped here. */
function useChatStore<Agent extends AgentTypes>(options: OctavusChatOptions<Agent>): ChatStore<Agent> {
  const [known, setKnown] = useState(() => createChatStore(options));
  const transports = useRef(0);
  useInsertionEffect(() => {
    transports.current = 0;
  });
  if (known.transport === options.transport) return known;
  transports.current += 1;
  if (transports.current > maxTransports) {
    throw new Error(
      'useOctavusChat got another transport in every render: keep it in useMemo, or outside the component',
    );
  }
  const store = createChatStore(options);
  setKnown(store);
  return store;
}

/** What the client sees first is what the server rendered: both depend on the options alone. */
function useValue<Value>(subscribe: (listener: () => void) => () => void, read: () => Value): Value {
  return useSyncExternalStore(subscribe, read, read);
}

interface Stoppable {
  stop(): void;
}

function useStopOfPreviousChat(chat: Stoppable): void {
  const previous = useRef(chat);
  useEffect(() => {
    if (previous.current === chat) return;
    previous.current.stop();
    previous.current = chat;
  }, [chat]);
}

function useStopOnUnmount(chat: Stoppable, isWanted: boolean): void {
  const isMounted = useRef(false);
  const latest = useRef({ chat, isWanted });
  useEffect(() => {
    latest.current = { chat, isWanted };
  });
  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
      // Strict Mode mounts again in the same task.
      queueMicrotask(() => {
        if (!isMounted.current && latest.current.isWanted) latest.current.chat.stop();
      });
    };
  }, []);
}
