import type { UIMessage } from '@octavus/react';
import { Json } from './json.tsx';
import { Badge } from './layout.tsx';

/** What the session API and the chat hook give: the former has its dates as text. */
type AnyMessage = Omit<UIMessage, 'createdAt'>;
type Part = UIMessage['parts'][number];

/** One message of a conversation. */
export function Message({ message }: { readonly message: AnyMessage }) {
  const isUser = message.role === 'user';
  return (
    <article aria-label={isUser ? 'User' : 'Assistant'} className={`mb-4 max-w-3xl ${isUser ? 'ml-auto w-fit' : ''}`}>
      <p className="mb-1 text-xs text-muted">{isUser ? 'User' : 'Assistant'}</p>
      <div className={`space-y-2 rounded-lg border border-line p-3 ${isUser ? 'bg-raised' : 'bg-surface'}`}>
        {message.parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts are only ever appended
          <MessagePart key={index} part={part} />
        ))}
      </div>
    </article>
  );
}

const toolTones = { pending: 'warn', running: 'warn', done: 'good', error: 'bad', cancelled: 'plain' } as const;

function MessagePart({ part }: { readonly part: Part }) {
  switch (part.type) {
    case 'text':
      return <p className="whitespace-pre-wrap break-words">{part.text}</p>;
    case 'reasoning':
      return (
        <details className="text-sm text-muted">
          <summary>Reasoning</summary>
          <p className="whitespace-pre-wrap">{part.text}</p>
        </details>
      );
    case 'tool-call':
      return (
        <details className="rounded-md border border-line p-2 text-sm">
          <summary>
            Tool <code>{part.toolName}</code> <Badge tone={toolTones[part.status]}>{part.status}</Badge>
          </summary>
          <p className="mt-2 text-muted">Arguments</p>
          <Json value={part.args} />
          {part.result !== undefined && (
            <>
              <p className="mt-2 text-muted">Result</p>
              <Json value={part.result} />
            </>
          )}
          {part.error !== undefined && <p className="mt-2 text-danger">{part.error}</p>}
        </details>
      );
    case 'file':
      return part.mediaType.startsWith('image/') ? (
        <img src={part.url} alt={part.filename ?? 'Image of the answer'} className="max-h-80 rounded-md" />
      ) : (
        <a href={part.url} className="underline" download>
          {part.filename ?? part.mediaType}
        </a>
      );
    case 'source':
      return (
        <p className="text-sm text-muted">
          Source:{' '}
          {part.sourceType === 'url' ? (
            <a href={part.url} rel="noreferrer noopener" target="_blank" className="underline">
              {part.title ?? part.url}
            </a>
          ) : (
            part.title
          )}
        </p>
      );
    case 'step-start':
      return null;
    default:
      return (
        <details className="rounded-md border border-line p-2 text-sm">
          <summary>{part.type}</summary>
          <Json value={part} />
        </details>
      );
  }
}
