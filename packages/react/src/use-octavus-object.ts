import type { UIMessage, UIObjectPart, UIObjectStatus } from '@octavus/client-sdk';
import { useMemo } from 'react';
import { useProvidedMessages } from './chat-provider.ts';

/** Structured output as far as it came. `partial` may lack anything that `Type` has. */
export interface ObjectView<Type> {
  /** Complete, when `status` is `done`. */
  object: Type | undefined;
  partial: unknown;
  status: UIObjectStatus;
  error: string | undefined;
}

/**
 * The newest structured output of a type, while it streams too.
 *
 * @param typeName name of the type in the agent's protocol.
 * @param messages to look in. Default: those of the chat that the nearest `OctavusChatProvider` gives.
 * @returns `undefined` while there is none; the same object until it changes.
 * @throws Error without messages and without a provider.
 */
export function useOctavusObject<Type = unknown>(
  typeName: string,
  messages?: readonly UIMessage[],
): ObjectView<Type> | undefined {
  const provided = useProvidedMessages();
  const all = messages ?? provided;
  if (!all)
    throw new Error('useOctavusObject needs an <OctavusChatProvider> above, or messages as its second argument');
  const part = findLastObject(typeName, all);
  return useMemo(
    () =>
      part && {
        object: part.object as Type | undefined,
        partial: part.partial,
        status: part.status,
        error: part.error,
      },
    [part],
  );
}

function findLastObject(typeName: string, messages: readonly UIMessage[]): UIObjectPart | undefined {
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const { parts } = messages[at] as UIMessage;
    for (let index = parts.length - 1; index >= 0; index -= 1) {
      const part = parts[index];
      if (part?.type === 'object' && part.typeName === typeName) return part;
    }
  }
  return undefined;
}
