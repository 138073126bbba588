import type { AgentDefinition } from '@octavus/protocol';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Card } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';
import { InputForm } from './input-form.tsx';
import type { PreviewTarget } from './preview-transport.ts';
import { Turns } from './turns.tsx';
import { useEarlyUpload } from './use-early-upload.ts';
import { usePreviewChat } from './use-preview-chat.ts';

interface WorkerRunProps {
  readonly agentId: string;
  readonly definition: AgentDefinition;
}

/** Runs a worker agent on its own; each run begins anew. */
export function WorkerRun({ agentId, definition }: WorkerRunProps) {
  const { slug } = useProject();
  const [target] = useState<PreviewTarget>({ workerId: agentId });
  const preview = usePreviewChat({ agentId, target });
  const { chat, executionId } = preview;
  const upload = useEarlyUpload(agentId);
  const inputs = [...definition.input.values()];
  const actions = executionId !== null && (
    <Link
      to="/p/$project/sessions/$sessionId"
      params={{ project: slug, sessionId: executionId }}
      search={{ tab: 'timeline' }}
      className="underline"
    >
      Timeline of this run
    </Link>
  );
  return (
    <Turns agentId={agentId} preview={preview} actions={actions}>
      <Card title="Run the worker">
        {inputs.length === 0 && <p className="mb-4 text-muted">This worker declares no input.</p>}
        <InputForm
          inputs={inputs}
          submitLabel="Run"
          isDisabled={chat.status === 'streaming'}
          upload={upload}
          onSend={({ values }) => void chat.send('run', values)}
        />
      </Card>
    </Turns>
  );
}
