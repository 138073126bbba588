import { type Member, type Role, roles } from '@octavus/console-api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { meQuery, query, queryClient, refresh } from '../api/queries.ts';
import { Button, CopyButton, SelectField, TextField } from '../components/controls.tsx';
import { Dialog } from '../components/dialog.tsx';
import { useForm } from '../components/form.ts';
import { Badge, Card, ErrorNote, Loading, Page, Table } from '../components/layout.tsx';
import { Time } from '../components/time.tsx';
import { useProject } from '../use-project.ts';

const list = 'GET /console/api/projects/:projectId/members';

/** Who works on the project, and the project itself: its name, another one, its end. */
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
      {isOwner && <ProjectCards />}
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
  const remove = useMutation({
    mutationFn: () => call('DELETE /console/api/projects/:projectId/members/:accountId', { params }),
    onSettled: () => refresh(list),
  });
  const error = change.error ?? remove.error;
  return (
    <tr>
      <td>
        {member.name} {member.accountId === me.account.id && <Badge>you</Badge>}{' '}
        {member.isDisabled && <Badge tone="bad">disabled</Badge>}
        {error && (
          <p role="alert" className="text-danger">
            {error.message}
          </p>
        )}
      </td>
      <td>{member.email}</td>
      <td>
        {may('owner') ? (
          <select
            aria-label={`Role of ${member.name}`}
            className="rounded-md border border-line bg-surface px-2 py-1"
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
          <Button
            kind="danger"
            aria-label={`Remove ${member.name}`}
            isBusy={remove.isPending}
            onClick={() => remove.mutate()}
          >
            Remove
          </Button>
        )}
      </td>
    </tr>
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
    <Button isBusy={withdraw.isPending} onClick={() => withdraw.mutate()}>
      Withdraw
    </Button>
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

/** After the list of projects has changed everything is read anew. */
async function goTo(slug: string, navigate: ReturnType<typeof useNavigate>): Promise<void> {
  await queryClient.refetchQueries({ queryKey: meQuery.queryKey });
  await navigate({ to: '/p/$project', params: { project: slug } });
}

function ProjectCards() {
  const { projectId, slug, name, me } = useProject();
  const navigate = useNavigate();
  const params = { projectId };
  const rename = useForm(
    (values) => call('PATCH /console/api/projects/:projectId', { params, body: { name: values.name ?? '' } }),
    () => goTo(slug, navigate),
  );
  const create = useForm(
    (values) => call('POST /console/api/projects', { body: { slug: values.slug ?? '', name: values.name ?? '' } }),
    (project) => goTo(project.slug, navigate),
  );
  const archive = useForm(
    ({ confirm = '' }) => call('POST /console/api/projects/:projectId/archive', { params, body: { confirm } }),
    () => goTo(me.projects.find((project) => project.id !== projectId)?.slug ?? '', navigate),
  );
  return (
    <>
      <Card title="Name of this project">
        <form onSubmit={rename.onSubmit} className="max-w-md space-y-3">
          <TextField label="Project name" name="name" defaultValue={name} required error={rename.errorOf('name')} />
          <Button type="submit" isBusy={rename.isBusy}>
            Rename
          </Button>
        </form>
      </Card>
      <Card title="Another project">
        <form onSubmit={create.onSubmit} className="max-w-md space-y-3">
          <p className="text-muted">Agents, sessions and keys of one project are invisible to the others.</p>
          <TextField label="Name" name="name" required error={create.errorOf('name')} />
          <TextField
            label="Slug"
            name="slug"
            required
            hint="Lower-case letters, digits, hyphens; it cannot be changed"
            error={create.errorOf('slug')}
          />
          {create.error && <ErrorNote error={create.error} />}
          <Button type="submit" isBusy={create.isBusy}>
            Create the project
          </Button>
        </form>
      </Card>
      <Card title="Danger zone">
        <form onSubmit={archive.onSubmit} className="max-w-md space-y-3">
          <p className="text-muted">Archiving revokes every API key of the project at once and hides it for good.</p>
          <TextField
            label={`Type ${name} to confirm`}
            name="confirm"
            autoComplete="off"
            required
            error={archive.errorOf('confirm')}
          />
          <Button type="submit" kind="danger" isBusy={archive.isBusy}>
            Archive this project
          </Button>
        </form>
      </Card>
    </>
  );
}
