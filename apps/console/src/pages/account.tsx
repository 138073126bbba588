import { accountLimits } from '@octavus/console-api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../api/client.ts';
import { meQuery, queryClient } from '../api/queries.ts';
import { Button, TextField } from '../components/controls.tsx';
import { useForm } from '../components/form.ts';
import { Card, ErrorNote, Loading, Page } from '../components/layout.tsx';

/** One's own account: name, password, signing out everywhere. */
export function AccountPage() {
  const me = useQuery(meQuery);
  const signOut = useMutation({
    mutationFn: () => call('POST /console/api/sign-out-everywhere', {}),
    onSuccess: () => location.assign('/sign-in'),
  });
  if (!me.data) return <Loading what="your account" />;
  return (
    <main className="mx-auto max-w-2xl p-4 md:p-8">
      <Page
        title="Your account"
        actions={
          <Link to="/" className="underline">
            Back to the projects
          </Link>
        }
      >
        {me.data.projects.length === 0 && (
          <Card title="You are a member of no project">
            <p className="text-muted">Ask an owner for an invitation, and open its link while you are signed in.</p>
          </Card>
        )}
        <NameForm name={me.data.account.name} email={me.data.account.email} />
        <PasswordForm />
        <Card title="Signing out everywhere">
          <p className="mb-3 text-muted">Ends every sign-in of this account, on all devices, this one included.</p>
          {signOut.isError && <ErrorNote error={signOut.error} />}
          <Button isBusy={signOut.isPending} onClick={() => signOut.mutate()}>
            Sign out everywhere
          </Button>
        </Card>
      </Page>
    </main>
  );
}

function NameForm({ name, email }: { readonly name: string; readonly email: string }) {
  const form = useForm(
    (values) => call('PATCH /console/api/me', { body: { name: values.name ?? '' } }),
    (me) => queryClient.setQueryData(meQuery.queryKey, me),
  );
  return (
    <Card title="Name">
      <form onSubmit={form.onSubmit} className="space-y-3">
        <p className="text-muted">You sign in as {email}.</p>
        <TextField label="Name" name="name" defaultValue={name} required error={form.errorOf('name')} />
        {form.error && <ErrorNote error={form.error} />}
        <Button type="submit" isBusy={form.isBusy}>
          Save the name
        </Button>
        {form.result && <span role="status"> Saved.</span>}
      </form>
    </Card>
  );
}

function PasswordForm() {
  const form = useForm(({ password = '', newPassword = '' }) =>
    call('POST /console/api/me/password', { body: { password, newPassword } }),
  );
  return (
    <Card title="Password">
      <form onSubmit={form.onSubmit} className="space-y-3">
        <TextField label="Present password" name="password" type="password" autoComplete="current-password" required />
        <TextField
          label="New password"
          name="newPassword"
          type="password"
          autoComplete="new-password"
          required
          hint={`At least ${accountLimits.passwordMin} characters. Other devices are signed out.`}
          error={form.errorOf('newPassword')}
        />
        {form.error && <ErrorNote error={form.error} />}
        <Button type="submit" isBusy={form.isBusy}>
          Change the password
        </Button>
        {form.result && <span role="status"> Changed.</span>}
      </form>
    </Card>
  );
}
