import type { SessionDetail } from '@octavus/console-api';
import type { AgentDefinition, TriggerDefinition } from '@octavus/protocol';
import type { OctavusChat } from '@octavus/react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { call } from '../../api/client.ts';
import { Button, SelectField } from '../../components/controls.tsx';
import { Card, ErrorNote } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';
import { InputForm, type SentInput, type Upload } from './input-form.tsx';
import type { PreviewTarget } from './preview-transport.ts';
import { Turns } from './turns.tsx';
import { usePreviewChat } from './use-preview-chat.ts';

interface SessionChatProps {
  readonly sessionId: string;
  readonly agentId: string;
  readonly definition: AgentDefinition;
  /** As it was when the page was opened. */
  readonly state: NonNullable<SessionDetail['state']>;
  readonly onReset: () => void;
  /** Reads the session anew. */
  readonly onReload: () => void;
}

/** Goes on with a session: a new one, or one that is there. */
export function SessionChat({ sessionId, agentId, definition, state, onReset, onReload }: SessionChatProps) {
  const { slug } = useProject();
  const { execution } = state;
  const [target] = useState<PreviewTarget>({
    sessionId,
    waiting: execution?.status === 'waiting' ? execution : undefined,
  });
  const preview = usePreviewChat({ agentId, target, messages: state.messages });
  const { observe, send, uploadFiles } = preview.chat;
  const isWaiting = execution?.status === 'waiting';
  useEffect(() => {
    if (isWaiting) void observe();
  }, [isWaiting, observe]);
  const actions = (
    <>
      <Button onClick={onReset}>New session</Button>
      <Link
        to="/p/$project/sessions/$sessionId"
        params={{ project: slug, sessionId }}
        search={{ tab: 'timeline' }}
        className="underline"
      >
        Timeline of this session
      </Link>
    </>
  );
  return (
    <Turns agentId={agentId} preview={preview} actions={actions}>
      {execution?.status === 'running' && <RunsElsewhere sessionId={sessionId} onReload={onReload} />}
      <TriggerForm
        triggers={[...definition.triggers.values()]}
        isBusy={preview.chat.status === 'streaming'}
        upload={uploadFiles}
        onSend={send}
      />
    </Turns>
  );
}

/** An answer that this page did not ask for, or asked for before it was loaded anew. */
function RunsElsewhere({ sessionId, onReload }: { readonly sessionId: string; readonly onReload: () => void }) {
  const { projectId } = useProject();
  const abort = useMutation({
    mutationFn: () =>
      call('POST /console/api/projects/:projectId/sessions/:sessionId/abort', { params: { projectId, sessionId } }),
    onSuccess: onReload,
  });
  return (
    <Card>
      <p className="mb-3">An answer was under way when this page was opened.</p>
      {abort.isError && <ErrorNote error={abort.error} />}
      <div className="flex gap-2">
        <Button onClick={onReload}>Look again</Button>
        <Button isBusy={abort.isPending} onClick={() => abort.mutate()}>
          Stop it
        </Button>
      </div>
    </Card>
  );
}

interface TriggerFormProps {
  readonly triggers: readonly TriggerDefinition[];
  readonly isBusy: boolean;
  readonly upload: Upload;
  readonly onSend: OctavusChat['send'];
}

/** Fires any trigger; a text and files are shown as what the user said. */
function TriggerForm({ triggers, isBusy, upload, onSend }: TriggerFormProps) {
  const [name, setName] = useState(triggers[0]?.name ?? '');
  const trigger = triggers.find((known) => known.name === name);
  if (!trigger) return null;
  return (
    <Card>
      <div className="space-y-4">
        {triggers.length > 1 && (
          <SelectField label="Trigger" value={name} onChange={({ target }) => setName(target.value)}>
            {triggers.map((known) => (
              <option key={known.name}>{known.name}</option>
            ))}
          </SelectField>
        )}
        {trigger.description !== undefined && <p className="text-muted">{trigger.description}</p>}
        <InputForm
          key={name}
          inputs={[...trigger.input.values()]}
          submitLabel={`Send ${name}`}
          isDisabled={isBusy}
          isEmptied
          upload={upload}
          onSend={(input) => void onSend(name, input.values, { userMessage: toUserMessage(input) })}
        />
      </div>
    </Card>
  );
}

function toUserMessage({ values, files }: SentInput) {
  const said = Object.values(values).find((value) => typeof value === 'string');
  return { ...(said !== undefined && { content: said }), files: [...files] };
}
