import type { UIMessage } from '@octavus/react';
import { memo } from 'react';
import { MessagePart } from './message-part.tsx';

/** What the session API and the chat hook give: the former has its dates as text. */
export type AnyMessage = Omit<UIMessage, 'createdAt'>;

/** One message of a conversation. Messages never change once they are given out, so an unchanged one is not drawn again. */
export const Message = memo(function Message({ message }: { readonly message: AnyMessage }) {
  const isUser = message.role === 'user';
  return (
    <article aria-label={isUser ? 'User' : 'Assistant'} className={`max-w-3xl ${isUser ? 'ml-auto w-fit' : ''}`}>
      <p className="mb-1 text-xs text-muted">{message.sender?.name ?? (isUser ? 'User' : 'Assistant')}</p>
      <div className={`space-y-2 rounded-lg border border-line p-3 ${isUser ? 'bg-raised' : 'bg-surface'}`}>
        {message.parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts are only ever appended
          <MessagePart key={index} part={part} />
        ))}
      </div>
    </article>
  );
});
