import type { UIMessage } from '@octavus/client-sdk';
import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react';

/** What components below a provider read of its chat. */
interface ProvidedChat {
  readonly messages: readonly UIMessage[];
}

const ChatContext = createContext<ProvidedChat | undefined>(undefined);

export interface OctavusChatProviderProps {
  /** What `useOctavusChat` returned. */
  readonly chat: ProvidedChat;
  readonly children?: ReactNode;
}

/** Gives a chat to the components below, such as those that use `useOctavusObject`. */
export function OctavusChatProvider({ chat, children }: OctavusChatProviderProps): ReactElement {
  return createElement(ChatContext.Provider, { value: chat }, children);
}

/** The messages of the chat above; `undefined` without one. */
export function useProvidedMessages(): readonly UIMessage[] | undefined {
  return useContext(ChatContext)?.messages;
}
