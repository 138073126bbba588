import { type ConsoleApiKey, type KeyPermission, keyPermissions } from '@octavus/console-api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { query, refresh } from '../api/queries.ts';
import { Button, CopyButton, SelectField, TextField } from '../components/controls.tsx';
import { Dialog } from '../components/dialog.tsx';
import { useForm } from '../components/form.ts';
import { Badge, EmptyState, ErrorNote, Loading, Page, Table } from '../components/layout.tsx';
import { Time } from '../components/time.tsx';
import { useProject } from '../use-project.ts';

const list = 'GET /console/api/projects/:projectId/keys';

/** The API keys of the project. */
export function KeysPage() {
  const { projectId, may } = useProject();
  const keys = useQuery(query(list, { params: { projectId } }));
  const [isCreating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ConsoleApiKey>();
  const create = may('developer') && (
    <Button kind="primary" onClick={() => setCreating(true)}>
      New API key
    </Button>
  );
  return (
    <Page title="API keys" actions={create}>
      <p className="mb-4 max-w-prose text-muted">
        Keep two: one with only <em>Agents</em> for CI and the command line, one with only <em>Sessions</em> for
        production servers. Neither can then do the other's damage.
      </p>
      {keys.isError && <ErrorNote error={keys.error} onRetry={() => keys.refetch()} />}
      {keys.isPending && <Loading what="keys" />}
      {keys.data?.keys.length === 0 && (
        <EmptyState title="No API keys yet" action={create}>
          Programs call this server with an API key. Make one to open sessions from your own server.
        </EmptyState>
      )}
      {keys.data && keys.data.keys.length > 0 && (
        <Table label="API keys" columns={['Name', 'Key', 'Permissions', 'Created', 'Last used', 'State', '']}>
          {keys.data.keys.map((key) => (
            <tr key={key.id}>
              <td className="font-medium">{key.name}</td>
              <td className="font-mono">{key.prefix}…</td>
              <td>{key.permissions.map((permission) => permissionNames[permission].label).join(', ')}</td>
              <td>
                <Time at={key.createdAt} />
              </td>
              <td>
                <Time at={key.lastUsedAt} />
              </td>
              <td>
                <KeyState apiKey={key} />
              </td>
              <td className="text-right">
                {may('developer') && key.revokedAt === undefined && (
                  <Button kind="danger" aria-label={`Revoke ${key.name}`} onClick={() => setRevoking(key)}>
                    Revoke
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {isCreating && <CreateKey onClose={() => setCreating(false)} />}
      {revoking && <RevokeKey apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </Page>
  );
}

const permissionNames: Record<KeyPermission, { readonly label: string; readonly may: string }> = {
  agents: { label: 'Agents', may: 'Create, change and archive agents. For CI and the command line.' },
  sessions: { label: 'Sessions', may: 'Open and use sessions, run workers, upload files. For production servers.' },
  'mint-tokens': { label: 'Mint tokens', may: 'Make credentials that expire, to hand on to browsers.' },
};

function KeyState({ apiKey: { revokedAt, expiresAt } }: { readonly apiKey: ConsoleApiKey }) {
  if (revokedAt !== undefined) return <Badge tone="bad">revoked</Badge>;
  if (expiresAt === undefined) return <Badge tone="good">active</Badge>;
  if (Date.parse(expiresAt) <= Date.now()) return <Badge tone="bad">expired</Badge>;
  return (
    <span>
      expires <Time at={expiresAt} />
    </span>
  );
}

function CreateKey({ onClose }: { readonly onClose: () => void }) {
  const { projectId } = useProject();
  const [chosen, setChosen] = useState<readonly KeyPermission[]>(['sessions']);
  const form = useForm(
    ({ name = '', expires = '' }) =>
      call('POST /console/api/projects/:projectId/keys', {
        params: { projectId },
        body: { name, permissions: [...chosen], ...(expires !== '' && { expiresInDays: Number(expires) }) },
      }),
    () => refresh(list),
  );
  if (form.result) {
    return (
      <Dialog
        title="Your new API key"
        description="It is shown this once. Keep it where secrets are kept."
        isOpen
        onClose={onClose}
      >
        <p className="mb-4 rounded-md bg-raised p-3 font-mono text-sm break-all" data-testid="new-key">
          {form.result.key}
        </p>
        <div className="flex justify-end gap-2">
          <CopyButton text={form.result.key} label="Copy the key" />
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </Dialog>
    );
  }
  const toggle = (permission: KeyPermission) =>
    setChosen(keyPermissions.filter((known) => (known === permission) !== chosen.includes(known)));
  return (
    <Dialog title="New API key" isOpen onClose={onClose}>
      <form onSubmit={form.onSubmit} className="space-y-4">
        <TextField
          label="Name"
          name="name"
          required
          autoFocus
          hint="Where it is used, for example: production"
          error={form.errorOf('name')}
        />
        <fieldset>
          <legend className="mb-1 text-sm font-medium">Permissions</legend>
          {keyPermissions.map((permission) => (
            <label key={permission} className="flex items-start gap-2 py-1">
              <input
                type="checkbox"
                className="mt-1"
                checked={chosen.includes(permission)}
                onChange={() => toggle(permission)}
              />
              <span>
                {permissionNames[permission].label}
                <span className="block text-sm text-muted">{permissionNames[permission].may}</span>
              </span>
            </label>
          ))}
          {chosen.includes('agents') && chosen.includes('sessions') && (
            <p className="mt-1 text-sm text-warn">Two keys, one for each, are safer than one for both.</p>
          )}
        </fieldset>
        <SelectField label="Expires" name="expires" defaultValue="">
          <option value="">Never</option>
          <option value="30">In 30 days</option>
          <option value="90">In 90 days</option>
          <option value="365">In a year</option>
        </SelectField>
        {(form.errorOf('permissions') ?? form.error) && <ErrorNote error={form.errorOf('permissions') ?? form.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={form.isBusy}>
            Create the key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function RevokeKey({ apiKey, onClose }: { readonly apiKey: ConsoleApiKey; readonly onClose: () => void }) {
  const { projectId } = useProject();
  const revoke = useMutation({
    mutationFn: () =>
      call('DELETE /console/api/projects/:projectId/keys/:keyId', { params: { projectId, keyId: apiKey.id } }),
    onSuccess: async () => {
      await refresh(list);
      onClose();
    },
  });
  return (
    <Dialog
      title={`Revoke ${apiKey.name}?`}
      description="Requests with it are refused from this moment on, and the tokens it minted end too. This cannot be undone."
      isOpen
      onClose={onClose}
    >
      {revoke.isError && <ErrorNote error={revoke.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button kind="danger" isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
          Revoke the key
        </Button>
      </div>
    </Dialog>
  );
}
