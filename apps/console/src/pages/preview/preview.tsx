import type { AgentFiles } from '@octavus/console-api';
import type { AgentDefinition } from '@octavus/protocol';
import { validateAgent } from '@octavus/protocol';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { call } from '../../api/client.ts';
import { Button } from '../../components/controls.tsx';
import { Card, EmptyState, ErrorNote, Loading } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';
import { InputForm } from './input-form.tsx';
import { SessionChat } from './session-chat.tsx';
import { useEarlyUpload } from './use-early-upload.ts';
import { WorkerRun } from './worker-run.tsx';

const route = getRouteApi('/p/$project/agents/$agentId/preview');

interface PreviewProps {
  readonly agentId: string;
  readonly files: AgentFiles;
}

/** Asks for the input that the agent declares, opens a session and goes on in it; its id is in the address, so it can be left. */
export function Preview({ agentId, files }: PreviewProps) {
  const { session: sessionId } = route.useSearch();
  const navigate = route.useNavigate();
  const definition = useMemo(() => {
    const result = validateAgent(files);
    return result.valid ? result.definition : undefined;
  }, [files]);
  if (!definition) return <EmptyState title="It cannot run yet">Its files have errors: correct them first.</EmptyState>;
  if (definition.format === 'worker') return <WorkerRun agentId={agentId} definition={definition} />;
  const open = (session: string | undefined) => void navigate({ search: session === undefined ? {} : { session } });
  if (sessionId === undefined) return <StartForm agentId={agentId} definition={definition} onStarted={open} />;
  return (
    <OpenSession
      key={sessionId}
      sessionId={sessionId}
      agentId={agentId}
      definition={definition}
      onReset={() => open(undefined)}
    />
  );
}

interface StartFormProps {
  readonly agentId: string;
  readonly definition: AgentDefinition;
  readonly onStarted: (sessionId: string) => void;
}

function StartForm({ agentId, definition, onStarted }: StartFormProps) {
  const { projectId } = useProject();
  const inputs = [...definition.input.values()];
  const upload = useEarlyUpload(agentId);
  const start = useMutation({
    mutationFn: (input: Record<string, unknown>) =>
      call('POST /console/api/projects/:projectId/sessions', {
        params: { projectId },
        body: { agentId, input: input as never },
      }),
    onSuccess: (made) => onStarted(made.sessionId),
  });
  return (
    <Card title="Start a session">
      <div className="max-w-xl">
        {inputs.length === 0 && <p className="mb-4 text-muted">This agent declares no input.</p>}
        <InputForm
          inputs={inputs}
          submitLabel="Start"
          isBusy={start.isPending}
          error={start.error}
          upload={upload}
          onSend={({ values }) => start.mutate(values)}
        />
      </div>
    </Card>
  );
}

interface OpenSessionProps {
  readonly sessionId: string;
  readonly agentId: string;
  readonly definition: AgentDefinition;
  readonly onReset: () => void;
}

/** The chat begins with what was said already and then goes its own way: nothing is read again behind its back. */
function OpenSession({ sessionId, onReset, ...agent }: OpenSessionProps) {
  const { projectId } = useProject();
  const detail = useQuery({
    queryKey: ['preview', projectId, sessionId],
    queryFn: ({ signal }) =>
      call('GET /console/api/projects/:projectId/sessions/:sessionId', { params: { projectId, sessionId }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (detail.isError) return <ErrorNote error={detail.error} onRetry={() => detail.refetch()} />;
  if (!detail.data) return <Loading what="the session" />;
  const { state } = detail.data;
  if (!state)
    return (
      <EmptyState title="This session has expired" action={<Button onClick={onReset}>New session</Button>}>
        Nothing more can be said in it.
      </EmptyState>
    );
  return (
    <SessionChat
      key={detail.dataUpdatedAt}
      sessionId={sessionId}
      state={state}
      onReset={onReset}
      onReload={() => void detail.refetch()}
      {...agent}
    />
  );
}
