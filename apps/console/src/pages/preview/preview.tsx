import type { AgentFiles } from '@octavus/console-api';
import type { AgentDefinition, InputDeclaration } from '@octavus/protocol';
import { validateAgent } from '@octavus/protocol';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { call } from '../../api/client.ts';
import { Button } from '../../components/controls.tsx';
import { Card, EmptyState, ErrorNote } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';
import { Chat } from './chat.tsx';
import { InputFields, readInput } from './input-fields.tsx';

interface PreviewProps {
  readonly agentId: string;
  readonly files: AgentFiles;
}

/** Asks for the input that the agent declares, opens a session, then chats; again for each reset. */
export function Preview({ agentId, files }: PreviewProps) {
  const { projectId } = useProject();
  const definition = useMemo(() => {
    const result = validateAgent(files);
    return result.valid ? result.definition : undefined;
  }, [files]);
  const [sessionId, setSessionId] = useState<string>();
  const start = useMutation({
    mutationFn: (input: Record<string, unknown>) =>
      call('POST /console/api/projects/:projectId/sessions', {
        params: { projectId },
        body: { agentId, input: input as never },
      }),
    onSuccess: (made) => setSessionId(made.sessionId),
  });
  if (!definition) return <EmptyState title="It cannot run yet">Its files have errors: correct them first.</EmptyState>;
  if (definition.format === 'worker') {
    return (
      <EmptyState title="Workers have no conversation">
        Call this one from an agent, or through the API: see its tab "Use".
      </EmptyState>
    );
  }
  if (sessionId !== undefined) {
    return (
      <Chat key={sessionId} sessionId={sessionId} definition={definition} onReset={() => setSessionId(undefined)} />
    );
  }
  return (
    <StartForm
      definition={definition}
      isBusy={start.isPending}
      error={start.error}
      onStart={(input) => start.mutate(input)}
    />
  );
}

interface StartFormProps {
  readonly definition: AgentDefinition;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onStart: (input: Record<string, unknown>) => void;
}

function StartForm({ definition, isBusy, error, onStart }: StartFormProps) {
  const inputs: readonly InputDeclaration[] = [...definition.input.values()];
  const [problem, setProblem] = useState<Error>();
  return (
    <Card title="Start a session">
      <form
        className="max-w-xl space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          try {
            setProblem(undefined);
            onStart(readInput(inputs, new FormData(event.currentTarget)));
          } catch (cause) {
            setProblem(cause as Error);
          }
        }}
      >
        {inputs.length === 0 && <p className="text-muted">This agent declares no input.</p>}
        <InputFields inputs={inputs} />
        {(problem ?? error) && <ErrorNote error={problem ?? error} />}
        <Button type="submit" kind="primary" isBusy={isBusy}>
          Start
        </Button>
      </form>
    </Card>
  );
}
