import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { call } from '../api/client.ts';
import { meQuery, queryClient } from '../api/queries.ts';
import { Button, TextField } from '../components/controls.tsx';
import { useForm } from '../components/form.ts';
import { ErrorNote } from '../components/layout.tsx';
import { safePath } from '../safe-path.ts';
import { SignedOutFrame } from './signed-out-frame.tsx';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { next } = route.useSearch();
  const navigate = useNavigate();
  const form = useForm(
    ({ email = '', password = '' }) => call('POST /console/api/sign-in', { body: { email, password } }),
    (me) => {
      queryClient.setQueryData(meQuery.queryKey, me);
      navigate({ href: safePath(next) });
    },
  );
  return (
    <SignedOutFrame title="Sign in">
      <form onSubmit={form.onSubmit} className="space-y-4">
        <TextField
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          required
          error={form.errorOf('email')}
        />
        <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
        {form.error && <ErrorNote error={form.error} />}
        <Button type="submit" kind="primary" isBusy={form.isBusy} className="w-full">
          Sign in
        </Button>
        <p className="text-sm text-muted">
          No account, or no password any more? Accounts are made by one-time links: ask an owner of your project, or an
          operator of this server. The first one is printed when the server starts.
        </p>
      </form>
    </SignedOutFrame>
  );
}
