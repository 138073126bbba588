import { type Member, type Role, roles } from '@octavus/console-api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { query, refresh } from '../api/queries.ts';
import { Button, CopyButton, fieldClass, SelectField } from '../components/controls.tsx';
import { Dialog } from '../components/dialog.tsx';
import { useForm } from '../components/form.ts';
import { Badge, Card, ErrorNote, Loading, Page, Table } from '../components/layout.tsx';
import { Time } from '../components/time.tsx';
import { useProject } from '../use-project.ts';

const list = 'GET /console/api/projects/:projectId/members';

/** Who works on the project. */
export function MembersPage() {
  const { projectId, may } = useProject();
  const members = useQuery(query(list, { params: { projectId } }));
  const [isInviting, setInviting] = useState(false);
  const isOwner = may('owner');
  const invite = isOwner && (
    <Button kind="primary" onClick={() => setInviting(true)}>
      Invite
    </Button>
  );
  return (
    <Page title="Members" actions={invite}>
      {members.isError && <ErrorNote error={members.error} onRetry={() => members.refetch()} />}
      {members.isPending && <Loading what="members" />}
      {members.data && (
        <div className="mb-6">
          <Table label="Members" columns={['Name', 'Email', 'Role', 'Joined', 'Last sign-in', '']}>
            {members.data.members.map((member) => (
              <MemberRow key={member.accountId} member={member} />
            ))}
          </Table>
        </div>
      )}
      {members.data && members.data.invites.length > 0 && (
        <Card title="Open invitations">
          <ul className="space-y-2">
            {members.data.invites.map(({ id, role, expiresAt, createdBy = 'an operator' }) => (
              <li key={id} className="flex flex-wrap items-center justify-between gap-2">
                <span>
                  {role}, by {createdBy}, until <Time at={expiresAt} />
                </span>
                <Withdraw inviteId={id} />
              </li>
            ))}
          </ul>
        </Card>
      )}
      {isInviting && <Invite onClose={() => setInviting(false)} />}
    </Page>
  );
}

function MemberRow({ member }: { readonly member: Member }) {
  const { projectId, me, may } = useProject();
  const params = { projectId, accountId: member.accountId };
  const change = useMutation({
    mutationFn: (role: Role) =>
      call('PATCH /console/api/projects/:projectId/members/:accountId', { params, body: { role } }),
    onSettled: () => refresh(list),
  });
  const [isRemoving, setRemoving] = useState(false);
  return (
    <tr>
      <td className="min-w-40">
        {member.name} {member.accountId === me.account.id && <Badge>you</Badge>}{' '}
        {member.isDisabled && <Badge tone="bad">disabled</Badge>}
        {change.error && (
          <p role="alert" className="text-danger">
            {change.error.message}
          </p>
        )}
      </td>
      <td>{member.email}</td>
      <td>
        {may('owner') ? (
          <select
            aria-label={`Role of ${member.name}`}
            className={fieldClass}
            value={member.role}
            onChange={({ target }) => change.mutate(target.value as Role)}
          >
            {roles.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </select>
        ) : (
          member.role
        )}
      </td>
      <td>
        <Time at={member.joinedAt} />
      </td>
      <td>
        <Time at={member.lastSignInAt} />
      </td>
      <td className="text-right">
        {may('owner') && member.accountId !== me.account.id && (
          <Button kind="danger" aria-label={`Remove ${member.name}`} onClick={() => setRemoving(true)}>
            Remove
          </Button>
        )}
        {isRemoving && <RemoveMember member={member} onClose={() => setRemoving(false)} />}
      </td>
    </tr>
  );
}

function RemoveMember({ member, onClose }: { readonly member: Member; readonly onClose: () => void }) {
  const { projectId } = useProject();
  const remove = useMutation({
    mutationFn: () =>
      call('DELETE /console/api/projects/:projectId/members/:accountId', {
        params: { projectId, accountId: member.accountId },
      }),
    onSuccess: async () => {
      await refresh(list);
      onClose();
    },
  });
  return (
    <Dialog
      title={`Remove ${member.name}?`}
      description="The project is closed to them at once. They keep their account, and can be invited again."
      isOpen
      onClose={onClose}
    >
      {remove.isError && <ErrorNote error={remove.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep them</Button>
        <Button kind="danger" isBusy={remove.isPending} onClick={() => remove.mutate()}>
          Remove them
        </Button>
      </div>
    </Dialog>
  );
}

function Withdraw({ inviteId }: { readonly inviteId: string }) {
  const { projectId } = useProject();
  const withdraw = useMutation({
    mutationFn: () =>
      call('DELETE /console/api/projects/:projectId/invites/:inviteId', { params: { projectId, inviteId } }),
    onSettled: () => refresh(list),
  });
  return (
    <span className="flex flex-wrap items-center gap-2">
      {withdraw.error && <span className="text-danger">{withdraw.error.message}</span>}
      <Button isBusy={withdraw.isPending} onClick={() => withdraw.mutate()}>
        Withdraw
      </Button>
    </span>
  );
}

const roleHints: Record<Role, string> = {
  viewer: 'sees everything but secrets',
  developer: 'also writes agents, tries them, makes keys',
  owner: 'also manages members and the project',
};

function Invite({ onClose }: { readonly onClose: () => void }) {
  const { projectId } = useProject();
  const form = useForm(
    ({ role }) =>
      call('POST /console/api/projects/:projectId/invites', { params: { projectId }, body: { role: role as Role } }),
    () => refresh(list),
  );
  if (form.result) {
    return (
      <Dialog
        title="Invitation"
        description="Whoever opens this link joins, once, within a week. It is shown this once."
        isOpen
        onClose={onClose}
      >
        <p className="mb-4 rounded-md bg-raised p-3 font-mono text-sm break-all">{form.result.link}</p>
        <div className="flex justify-end gap-2">
          <CopyButton text={form.result.link} label="Copy the link" />
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Invite by link" isOpen onClose={onClose}>
      <form onSubmit={form.onSubmit} className="space-y-4">
        <SelectField label="Role" name="role" defaultValue="developer">
          {roles.map((role) => (
            <option key={role} value={role}>
              {role}: {roleHints[role]}
            </option>
          ))}
        </SelectField>
        {form.error && <ErrorNote error={form.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={form.isBusy}>
            Make the link
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
