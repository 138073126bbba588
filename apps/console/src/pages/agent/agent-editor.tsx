import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import type { AgentDiagnostic } from '@octavus/core';
import { protocolJsonSchema } from '@octavus/protocol';
import { useMutation } from '@tanstack/react-query';
import { Link, useBlocker, useNavigate } from '@tanstack/react-router';
import { Tabs } from 'radix-ui';
import { useMemo, useState } from 'react';
import { ApiError, call } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { Button, buttonClass } from '../../components/controls.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Badge, ErrorNote, Page } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';
import { type FileName, isSame, readFile, removeFile, writeFile } from './agent-draft.ts';
import { AgentSettingsForm } from './agent-settings-form.tsx';
import { CodeEditor } from './code-editor.tsx';
import { FileList } from './file-list.tsx';
import { Findings } from './findings.tsx';
import { Flow } from './flow.tsx';
import { completeFromSchema } from './schema-completion.ts';
import { Snippets } from './snippets.tsx';
import { useDiagnostics } from './use-diagnostics.ts';
import { Versions } from './versions.tsx';

interface AgentEditorProps {
  /** undefined: a new one. */
  readonly agent: ConsoleAgent | undefined;
  readonly files: AgentFiles;
}

const completions = completeFromSchema(protocolJsonSchema() as object);

/** Writes the files of an agent, with findings as one types. */
export function AgentEditor({ agent, files: stored }: AgentEditorProps) {
  const { projectId, slug, may } = useProject();
  const navigate = useNavigate();
  const [files, setFiles] = useState(stored);
  const [open, setOpen] = useState<FileName>('protocol');
  const canWrite = may('developer') && agent?.archivedAt === undefined;
  // A new one is worth saving as it is.
  const isChanged = !isSame(files, stored);
  const canSave = isChanged || agent === undefined;
  const diagnostics = useDiagnostics(files, canWrite);
  const save = useMutation({
    mutationFn: () =>
      agent
        ? call('PUT /console/api/projects/:projectId/agents/:agentId', {
            params: { projectId, agentId: agent.id },
            body: { ...files, baseVersion: agent.version },
          })
        : call('POST /console/api/projects/:projectId/agents', { params: { projectId }, body: files }),
    onSuccess: async (result) => {
      await refresh(
        'GET /console/api/projects/:projectId/agents',
        'GET /console/api/projects/:projectId/agents/:agentId',
      );
      if (!agent) {
        const params = { project: slug, agentId: result.agent.id };
        await navigate({ to: '/p/$project/agents/$agentId', params, ignoreBlocker: true });
      }
    },
  });
  const leaving = useBlocker({
    shouldBlockFn: () => isChanged && !save.isSuccess,
    enableBeforeUnload: () => isChanged && !save.isSuccess,
    withResolver: true,
  });
  const ofOpenFile = useMemo(() => diagnostics.filter(({ file }) => file === open), [diagnostics, open]);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return (
    <Page
      title={agent?.name ?? 'New agent'}
      actions={
        <>
          {agent && canWrite && (
            <Link
              to="/p/$project/agents/$agentId/preview"
              params={{ project: slug, agentId: agent.id }}
              className={buttonClass()}
            >
              Preview
            </Link>
          )}
          {agent && may('developer') && (
            <Link
              to="/p/$project/agents/$agentId"
              params={{ project: slug, agentId: 'new' }}
              search={{ copyOf: agent.id }}
              className={buttonClass()}
            >
              Copy
            </Link>
          )}
          {canWrite && (
            <Button kind="primary" disabled={!canSave} isBusy={save.isPending} onClick={() => save.mutate()}>
              {agent ? 'Save a new version' : 'Create the agent'}
            </Button>
          )}
        </>
      }
    >
      <p className="mb-4 flex flex-wrap items-center gap-3 text-muted">
        {agent && <code className="text-ink">{agent.id}</code>}
        {agent && <span>version {agent.version}</span>}
        {agent?.archivedAt !== undefined && <Badge tone="bad">archived</Badge>}
        {isChanged && <Badge tone="warn">not saved</Badge>}
        {canWrite && (
          <span role="status">
            {errors.length === 0 ? 'No errors' : `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`}
          </span>
        )}
      </p>
      {save.isError && <SaveError error={save.error} />}
      <Tabs.Root defaultValue="files">
        <Tabs.List aria-label="Parts of the agent" className="mb-4 flex flex-wrap gap-1 border-b border-line">
          {['files', 'settings', 'flow', ...(agent ? ['versions', 'use'] : [])].map((tab) => (
            <Tabs.Trigger
              key={tab}
              value={tab}
              className="border-b-2 border-transparent px-3 py-2 capitalize data-[state=active]:border-accent data-[state=active]:font-semibold"
            >
              {tab}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="files" className="grid gap-4 lg:grid-cols-[13rem_1fr]">
          <FileList
            files={files}
            open={open}
            canWrite={canWrite}
            diagnostics={diagnostics}
            onOpen={setOpen}
            onChange={setFiles}
          />
          <div className="min-w-0">
            <CodeEditor
              key={open}
              label={open}
              language={open === 'protocol' ? 'yaml' : 'markdown'}
              value={readFile(files, open)}
              isReadOnly={!canWrite}
              diagnostics={ofOpenFile}
              {...(open === 'protocol' && { completions })}
              onChange={(text) => setFiles((current) => writeFile(current, open, text))}
            />
            {canWrite && open !== 'protocol' && (
              <div className="mt-2 text-right">
                <Button
                  kind="danger"
                  onClick={() => {
                    setFiles((current) => removeFile(current, open));
                    setOpen('protocol');
                  }}
                >
                  Remove {open}
                </Button>
              </div>
            )}
            <Findings diagnostics={diagnostics} onOpen={setOpen} />
          </div>
        </Tabs.Content>
        <Tabs.Content value="settings">
          <AgentSettingsForm agent={agent} files={files} canWrite={canWrite} onChange={setFiles} />
        </Tabs.Content>
        <Tabs.Content value="flow">
          <Flow files={files} />
        </Tabs.Content>
        {agent && (
          <Tabs.Content value="versions">
            <Versions agent={agent} canWrite={canWrite} isChanged={isChanged} />
          </Tabs.Content>
        )}
        {agent && (
          <Tabs.Content value="use">
            <Snippets agent={agent} files={files} />
          </Tabs.Content>
        )}
      </Tabs.Root>
      {leaving.status === 'blocked' && (
        <Dialog
          title="Leave without saving?"
          description="What you changed here is lost then."
          isOpen
          onClose={leaving.reset}
        >
          <div className="flex justify-end gap-2">
            <Button kind="primary" onClick={leaving.reset}>
              Stay
            </Button>
            <Button kind="danger" onClick={leaving.proceed}>
              Leave
            </Button>
          </div>
        </Dialog>
      )}
    </Page>
  );
}

/** Findings are at their lines already. */
function SaveError({ error }: { readonly error: Error }) {
  const isDiagnosed = error instanceof ApiError && error.issues.some(({ code }) => code?.startsWith('PROTO_'));
  return (
    <ErrorNote
      error={isDiagnosed ? new Error('It has errors and was not saved: see the findings below the text.') : error}
    />
  );
}

export type FileDiagnostic = AgentDiagnostic & { readonly file?: string };
