import { useNavigate } from '@tanstack/react-router';
import { call } from '../api/client.ts';
import { meQuery, queryClient } from '../api/queries.ts';
import { Button, TextField } from '../components/controls.tsx';
import { useForm } from '../components/form.ts';
import { Card, ErrorNote } from '../components/layout.tsx';
import { useProject } from '../use-project.ts';

/** Of the project that the first start makes. */
const defaultSlug = 'default';

const readProjectsAnew = () => queryClient.refetchQueries({ queryKey: meQuery.queryKey });

/** The project itself: its name, another one, its end. */
export function ProjectCards() {
  const { projectId, slug, name } = useProject();
  const navigate = useNavigate();
  const params = { projectId };
  const rename = useForm(
    (values) => call('PATCH /console/api/projects/:projectId', { params, body: { name: values.name ?? '' } }),
    readProjectsAnew,
  );
  const create = useForm(
    (values) => call('POST /console/api/projects', { body: { slug: values.slug ?? '', name: values.name ?? '' } }),
    async ({ slug: made }) => {
      await readProjectsAnew();
      await navigate({ to: '/p/$project', params: { project: made } });
    },
  );
  const archive = useForm(
    ({ confirm = '' }) => call('POST /console/api/projects/:projectId/archive', { params, body: { confirm } }),
    // Nothing that was read is of use any more.
    () => location.assign('/'),
  );
  return (
    <>
      <Card title="Name of this project">
        <form onSubmit={rename.onSubmit} className="max-w-md space-y-3">
          <TextField label="Project name" name="name" defaultValue={name} required error={rename.errorOf('name')} />
          {rename.error && <ErrorNote error={rename.error} />}
          <Button type="submit" isBusy={rename.isBusy}>
            Rename
          </Button>
          {rename.result && <span role="status"> Renamed.</span>}
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
      {slug === defaultSlug ? (
        <p className="mb-6 text-muted">This project was made with the server and cannot be archived; others can.</p>
      ) : (
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
            {archive.error && <ErrorNote error={archive.error} />}
            <Button type="submit" kind="danger" isBusy={archive.isBusy}>
              Archive this project
            </Button>
          </form>
        </Card>
      )}
    </>
  );
}
