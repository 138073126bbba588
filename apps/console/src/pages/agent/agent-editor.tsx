import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import { getRouteApi, Link, useBlocker } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { Button, buttonClass } from '../../components/controls.tsx';
import { Badge, Page } from '../../components/layout.tsx';
import { type Tab, Tabs } from '../../components/tabs.tsx';
import { useProject } from '../../use-project.ts';
import type { FileName } from './agent-draft.ts';
import { AgentFilesEditor } from './agent-files-editor.tsx';
import { LeaveDialog, NewerVersion, SaveError } from './agent-notes.tsx';
import { AgentSettingsForm } from './agent-settings-form.tsx';
import type { FileDiagnostic } from './findings.tsx';
import { Flow } from './flow.tsx';
import { settingsProblems } from './settings-problems.ts';
import { Snippets } from './snippets.tsx';
import { type Check, useCheck } from './use-check.ts';
import { useDraft } from './use-draft.ts';
import { useSave } from './use-save.ts';
import { Versions } from './versions.tsx';

const route = getRouteApi('/p/$project/agents/$agentId');

interface AgentEditorProps {
  /** undefined: a new one. */
  readonly agent: ConsoleAgent | undefined;
  readonly files: AgentFiles;
}

/** Where the caret is wanted: in the file that is open, at a line of it. */
export interface Place {
  readonly file: FileName;
  readonly line?: number;
  readonly column?: number;
}

/** Writes the files of an agent, with findings as one types. */
export function AgentEditor({ agent, files: stored }: AgentEditorProps) {
  const { slug, may } = useProject();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const draft = useDraft(agent, stored);
  const { files, isChanged } = draft;
  const [place, setPlace] = useState<Place>({ file: 'protocol' });
  const [isTried, setTried] = useState(false);
  const canWrite = may('developer') && agent?.archivedAt === undefined;
  const check = useCheck(files, canWrite);
  const problems = settingsProblems(files.settings);
  const findings = useMemo(() => [...toFindings(settingsProblems(files.settings)), ...check.findings], [files, check]);
  const save = useSave(agent, draft);
  // A new one is worth saving as it is.
  const canSave = canWrite && (isChanged || agent === undefined) && !save.isPending;
  const leaving = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isChanged && (current.pathname !== next.pathname || copyOf(current) !== copyOf(next)),
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  });
  const openTab = (value: string) => void navigate({ search: (now) => ({ ...now, tab: value }), replace: true });
  const trySave = () => {
    setTried(true);
    if (Object.keys(problems).length > 0) openTab('settings');
    else save.mutate(files);
  };
  useSaveKey(canSave ? trySave : undefined);
  const write: typeof draft.write = (next) => {
    draft.write(next);
    // What was wrong with it may be right by now.
    if (save.isError) save.reset();
  };
  const open = (wanted: Place) => {
    openTab(wanted.file === 'settings' ? 'settings' : 'files');
    if (wanted.file !== 'settings') setPlace({ ...wanted });
  };
  const tabs: Tab[] = [
    {
      value: 'files',
      label: 'Files',
      isKept: true,
      content: (
        <AgentFilesEditor
          files={files}
          place={place}
          findings={findings}
          canWrite={canWrite}
          onOpen={open}
          onChange={write}
        />
      ),
    },
    {
      value: 'settings',
      label: 'Settings',
      content: (
        <AgentSettingsForm
          agent={agent}
          files={files}
          canWrite={canWrite}
          problems={isTried || agent ? problems : {}}
          onChange={write}
        />
      ),
    },
    { value: 'flow', label: 'Flow', content: <Flow files={files} /> },
  ];
  if (agent)
    tabs.push(
      {
        value: 'versions',
        label: 'Versions',
        content: <Versions agent={agent} canWrite={canWrite} isChanged={isChanged} />,
      },
      { value: 'use', label: 'Use', content: <Snippets agent={agent} files={files} /> },
    );
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
            <Button
              kind="primary"
              aria-keyshortcuts="Control+S Meta+S"
              disabled={!canSave}
              isBusy={save.isPending}
              onClick={trySave}
            >
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
        {canWrite && <span role="status">{statusOf(check, findings)}</span>}
      </p>
      {draft.isBehind && agent && <NewerVersion version={agent.version} draft={draft} onDecided={save.reset} />}
      {save.isError && !draft.isBehind && <SaveError error={save.error} />}
      <Tabs label="Parts of the agent" tabs={tabs} value={tab} onChange={openTab} />
      {leaving.status === 'blocked' && <LeaveDialog onStay={leaving.reset} onLeave={leaving.proceed} />}
    </Page>
  );
}

function copyOf({ search }: { readonly search: unknown }): unknown {
  return (search as { copyOf?: unknown }).copyOf;
}

function toFindings(problems: ReturnType<typeof settingsProblems>): FileDiagnostic[] {
  return Object.values(problems).map((message) => ({
    severity: 'error' as const,
    code: 'SETTINGS',
    message,
    file: 'settings',
  }));
}

function statusOf({ state }: Check, findings: readonly FileDiagnostic[]): string {
  if (state === 'unreachable') return 'Not checked: the server does not answer';
  if (state === 'checking') return 'Checking…';
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return 'No errors';
  return `${errors} ${errors === 1 ? 'error' : 'errors'}`;
}

/** Saves by the keys that everybody tries, in place of the browser's own dialog. */
function useSaveKey(save: (() => void) | undefined): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      save?.();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [save]);
}
