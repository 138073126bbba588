import type { StreamEvent } from '@octavus/core';
import type { AgentDefinition, TriggerDefinition } from '@octavus/protocol';
import { type InteractiveTool, type OctavusChat, useOctavusChat } from '@octavus/react';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Button, SelectField } from '../../components/controls.tsx';
import { Json } from '../../components/json.tsx';
import { Card, ErrorNote } from '../../components/layout.tsx';
import { Message } from '../../components/message.tsx';
import { useProject } from '../../use-project.ts';
import { InputFields, readInput } from './input-fields.tsx';
import { createPreviewTransport } from './preview-transport.ts';
import { ToolAnswer } from './tool-answer.tsx';

interface ChatProps {
  readonly sessionId: string;
  readonly definition: AgentDefinition;
  readonly onReset: () => void;
}

/** Events that are kept for looking at; a long answer has thousands. */
const maxEvents = 500;

export function Chat({ sessionId, definition, onReset }: ChatProps) {
  const { projectId, slug } = useProject();
  const [events, setEvents] = useState<readonly StreamEvent[]>([]);
  const transport = useMemo(
    () =>
      createPreviewTransport({
        projectId,
        sessionId,
        onEvent: (event) => setEvents((known) => [...known.slice(1 - maxEvents), event]),
      }),
    [projectId, sessionId],
  );
  const clientTools = useMemo(
    () => Object.fromEntries([...definition.tools.keys()].map((name) => [name, 'interactive' as const])),
    [definition],
  );
  const chat = useOctavusChat({ transport, clientTools, throttleMs: 30, stopOnUnmount: true });
  const waiting: readonly InteractiveTool[] = Object.values(chat.pendingClientTools).flat();
  return (
    <div className="grid gap-6 xl:grid-cols-[1fr_24rem]">
      <div className="min-w-0">
        <p className="mb-4 flex flex-wrap items-center gap-3">
          <Button onClick={onReset}>New session</Button>
          {chat.status === 'streaming' && <Button onClick={chat.stop}>Stop</Button>}
          {chat.canRetry && chat.status !== 'streaming' && <Button onClick={() => chat.retry()}>Retry</Button>}
          <Link to="/p/$project/sessions/$sessionId" params={{ project: slug, sessionId }} className="underline">
            Timeline of this session
          </Link>
        </p>
        <div aria-live="polite" aria-busy={chat.status === 'streaming'}>
          {chat.messages.map((message) => (
            <Message key={message.id} message={message} />
          ))}
        </div>
        {chat.status === 'streaming' && (
          <p role="status" className="mb-4 text-muted">
            Answering…
          </p>
        )}
        {chat.error && <ErrorNote error={chat.error} {...(chat.canRetry && { onRetry: () => chat.retry() })} />}
        {waiting.map((call) => (
          <ToolAnswer key={call.toolCallId} call={call} />
        ))}
        <TriggerForm
          triggers={[...definition.triggers.values()]}
          isBusy={chat.status === 'streaming'}
          onSend={chat.send}
        />
      </div>
      <Events events={events} />
    </div>
  );
}

interface TriggerFormProps {
  readonly triggers: readonly TriggerDefinition[];
  readonly isBusy: boolean;
  readonly onSend: OctavusChat['send'];
}

/** Fires any trigger; a text is shown as what the user said. */
function TriggerForm({ triggers, isBusy, onSend }: TriggerFormProps) {
  const [name, setName] = useState(triggers[0]?.name ?? '');
  const [problem, setProblem] = useState<Error>();
  const trigger = triggers.find((known) => known.name === name);
  if (!trigger) return null;
  const inputs = [...trigger.input.values()];
  return (
    <Card>
      <form
        key={name}
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          try {
            setProblem(undefined);
            const values = readInput(inputs, new FormData(form));
            const said = Object.values(values).find((value) => typeof value === 'string');
            void onSend(name, values, said === undefined ? undefined : { userMessage: { content: said as string } });
            form.reset();
          } catch (cause) {
            setProblem(cause as Error);
          }
        }}
      >
        {triggers.length > 1 && (
          <SelectField label="Trigger" value={name} onChange={({ target }) => setName(target.value)}>
            {triggers.map((known) => (
              <option key={known.name}>{known.name}</option>
            ))}
          </SelectField>
        )}
        <InputFields inputs={inputs} />
        {problem && <ErrorNote error={problem} />}
        <Button type="submit" kind="primary" disabled={isBusy}>
          Send {name}
        </Button>
      </form>
    </Card>
  );
}

/** The stream as it came. */
function Events({ events }: { readonly events: readonly StreamEvent[] }) {
  return (
    <details className="min-w-0 self-start rounded-lg border border-line bg-surface p-4">
      <summary className="font-semibold">Events ({events.length})</summary>
      <ol className="mt-3 max-h-[70vh] space-y-1 overflow-y-auto text-xs">
        {events.map((event, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: events have no id of their own
          <li key={index}>
            <details>
              <summary className="font-mono">{event.type}</summary>
              <Json value={event} />
            </details>
          </li>
        ))}
      </ol>
    </details>
  );
}
