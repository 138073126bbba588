import type { UIMessage } from '@octavus/react';
import { Disclosure } from './disclosure.tsx';
import { Json } from './json.tsx';
import { Badge } from './layout.tsx';
import { ObjectView } from './object-view.tsx';

type Part = UIMessage['parts'][number];
type PartOf<Type extends Part['type']> = Extract<Part, { type: Type }>;

const tones = {
  pending: 'warn',
  running: 'warn',
  streaming: 'warn',
  done: 'good',
  error: 'bad',
  cancelled: 'plain',
} as const;

const cardClass = 'rounded-md border border-line p-2 text-sm';

/** One part of a message: a text, a tool card, a file, structured output, a worker with parts of its own. */
export function MessagePart({ part }: { readonly part: Part }) {
  switch (part.type) {
    case 'text':
      return <p className="break-words whitespace-pre-wrap">{part.text}</p>;
    case 'reasoning':
      return (
        <details className="text-sm text-muted">
          <summary>Reasoning</summary>
          <p className="break-words whitespace-pre-wrap">{part.text}</p>
        </details>
      );
    case 'tool-call':
      return <ToolCard part={part} />;
    case 'file':
      return <FilePart part={part} />;
    case 'source':
      return <SourcePart part={part} />;
    case 'object':
      return <ObjectPart part={part} />;
    case 'worker':
      return <WorkerCard part={part} />;
    case 'todo':
      return <TodoPart part={part} />;
    case 'operation':
      return (
        <p className="text-sm text-muted">
          {part.name} <Badge tone={tones[part.status]}>{part.status}</Badge>
        </p>
      );
    default:
      return null;
  }
}

function ToolCard({ part }: { readonly part: PartOf<'tool-call'> }) {
  const { toolName, displayName, status, args, result, error } = part;
  const summary = (
    <>
      Tool <code>{toolName}</code> {displayName !== undefined && <span className="text-muted">{displayName}</span>}{' '}
      <Badge tone={tones[status]}>{status}</Badge>
    </>
  );
  return (
    <Disclosure className={cardClass} summary={summary}>
      <p className="mt-2 text-muted">Arguments</p>
      <Json value={args} />
      {result !== undefined && (
        <>
          <p className="mt-2 text-muted">Result</p>
          <Json value={result} />
        </>
      )}
      {error !== undefined && <p className="mt-2 text-danger">{error}</p>}
    </Disclosure>
  );
}

function FilePart({ part: { mediaType, url, filename } }: { readonly part: PartOf<'file'> }) {
  const name = filename ?? mediaType;
  if (mediaType.startsWith('image/'))
    return <img src={url} alt={filename ?? 'Image'} className="max-h-80 rounded-md" />;
  // biome-ignore lint/a11y/useMediaCaption: what an agent says or was sent comes without captions
  if (mediaType.startsWith('audio/')) return <audio controls src={url} aria-label={name} className="max-w-full" />;
  if (mediaType.startsWith('video/'))
    // biome-ignore lint/a11y/useMediaCaption: what an agent makes or was sent comes without captions
    return <video controls src={url} aria-label={name} className="max-h-80 max-w-full rounded-md" />;
  return (
    <a href={url} className="break-all underline" download>
      {name}
    </a>
  );
}

function SourcePart({ part }: { readonly part: PartOf<'source'> }) {
  return (
    <p className="text-sm text-muted">
      Source:{' '}
      {part.sourceType === 'url' ? (
        <a href={part.url} rel="noreferrer noopener" target="_blank" className="break-all underline">
          {part.title ?? part.url}
        </a>
      ) : (
        part.title
      )}
    </p>
  );
}

/** What came so far, while it streams. */
function ObjectPart({ part }: { readonly part: PartOf<'object'> }) {
  const { typeName, status, object, partial, error } = part;
  return (
    <section aria-label={typeName} className={cardClass}>
      <p className="mb-2">
        <span className="font-medium">{typeName}</span>{' '}
        {status !== 'done' && <Badge tone={tones[status]}>{status}</Badge>}
      </p>
      <ObjectView value={object ?? partial} />
      {error !== undefined && <p className="mt-2 text-danger">{error}</p>}
    </section>
  );
}

/** A worker inside the conversation: what it was given, what it does, what came of it. */
function WorkerCard({ part }: { readonly part: PartOf<'worker'> }) {
  const { workerSlug, description, status, input, parts, output, error } = part;
  return (
    <section aria-label={`Worker ${workerSlug}`} className={`${cardClass} space-y-2`}>
      <p>
        Worker <code>{workerSlug}</code> <Badge tone={tones[status]}>{status}</Badge>
      </p>
      {description !== undefined && <p className="text-muted">{description}</p>}
      {input !== undefined && (
        <Disclosure summary="Input" summaryClassName="text-muted">
          <ObjectView value={input} />
        </Disclosure>
      )}
      {parts.map((nested, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are only ever appended
        <MessagePart key={index} part={nested} />
      ))}
      {output !== undefined && (
        <div className="border-t border-line pt-2">
          <p className="text-muted">Output</p>
          <ObjectView value={output} />
        </div>
      )}
      {error !== undefined && <p className="text-danger">{error}</p>}
    </section>
  );
}

const todoTones = { completed: 'good', in_progress: 'warn', cancelled: 'plain', pending: 'plain' } as const;

function TodoPart({ part: { todos } }: { readonly part: PartOf<'todo'> }) {
  return (
    <ul aria-label="Tasks" className={`${cardClass} space-y-1`}>
      {todos.map(({ id, content, status }) => (
        <li key={id}>
          <Badge tone={todoTones[status as keyof typeof todoTones] ?? 'plain'}>{status}</Badge> {content}
        </li>
      ))}
    </ul>
  );
}
