import type { AgentFiles, ConsoleAgent } from '@octavus/console-api';
import { agentLimits } from '@octavus/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { Button, SelectField, TextAreaField, TextField } from '../../components/controls.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Card, ErrorNote } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';
import { type settingsProblems, slugOf } from './settings-problems.ts';

interface AgentSettingsFormProps {
  readonly agent: ConsoleAgent | undefined;
  readonly files: AgentFiles;
  readonly canWrite: boolean;
  /** What is wrong, by field. */
  readonly problems: ReturnType<typeof settingsProblems>;
  readonly onChange: (files: AgentFiles) => void;
}

/** Name, slug, description and kind; and the end of the agent. */
export function AgentSettingsForm({ agent, files, canWrite, problems, onChange }: AgentSettingsFormProps) {
  const [isArchiving, setArchiving] = useState(false);
  const { settings } = files;
  const set = (change: Partial<AgentFiles['settings']>) => onChange({ ...files, settings: { ...settings, ...change } });
  // Until somebody writes another one, the slug of a new agent goes with its name.
  const rename = (name: string) =>
    set({ name, ...(!agent && settings.slug === slugOf(settings.name) && { slug: slugOf(name) }) });
  return (
    <>
      <Card title="Settings">
        <fieldset disabled={!canWrite} className="max-w-xl space-y-4">
          <legend className="sr-only">Settings</legend>
          <TextField
            label="Name"
            value={settings.name}
            maxLength={agentLimits.nameLength}
            error={problems.name}
            onChange={({ target }) => rename(target.value)}
          />
          <TextField
            label="Slug"
            value={settings.slug}
            maxLength={agentLimits.slugLength}
            hint="Programs may call the agent by it: lower-case letters, digits, hyphens"
            error={problems.slug}
            onChange={({ target }) => set({ slug: target.value })}
          />
          <TextAreaField
            label="Description"
            maxLength={agentLimits.descriptionLength}
            error={problems.description}
            value={settings.description ?? ''}
            onChange={({ target }) => set({ description: target.value === '' ? undefined : target.value })}
          />
          <SelectField
            label="Kind"
            value={settings.format}
            disabled={agent !== undefined}
            hint={agent ? 'Fixed after creation' : 'A worker runs to one result, called by others'}
            onChange={({ target }) => set({ format: target.value === 'worker' ? 'worker' : 'interactive' })}
          >
            <option value="interactive">interactive</option>
            <option value="worker">worker</option>
          </SelectField>
        </fieldset>
      </Card>
      {agent && canWrite && (
        <Card title="Archive">
          <p className="mb-3 text-muted">An archived agent starts no new sessions. Its slug becomes free.</p>
          <Button kind="danger" onClick={() => setArchiving(true)}>
            Archive this agent
          </Button>
        </Card>
      )}
      {agent && isArchiving && <Archive agent={agent} onClose={() => setArchiving(false)} />}
    </>
  );
}

function Archive({ agent, onClose }: { readonly agent: ConsoleAgent; readonly onClose: () => void }) {
  const { projectId, slug } = useProject();
  const navigate = useNavigate();
  const archive = useMutation({
    mutationFn: () =>
      call('DELETE /console/api/projects/:projectId/agents/:agentId', { params: { projectId, agentId: agent.id } }),
    onSuccess: async () => {
      await refresh('GET /console/api/projects/:projectId/agents');
      await navigate({ to: '/p/$project/agents', params: { project: slug }, ignoreBlocker: true });
    },
  });
  return (
    <Dialog
      title={`Archive ${agent.name}?`}
      description="This cannot be undone. Its sessions can still be looked at."
      isOpen
      onClose={onClose}
    >
      {archive.isError && <ErrorNote error={archive.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button kind="danger" isBusy={archive.isPending} onClick={() => archive.mutate()}>
          Archive
        </Button>
      </div>
    </Dialog>
  );
}
