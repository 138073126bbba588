import type { Me } from '@octavus/console-api';
import { call } from './api/client.ts';
import { meQuery, queryClient } from './api/queries.ts';
import { Button, TextField } from './components/controls.tsx';
import { Dialog } from './components/dialog.tsx';
import { useForm } from './components/form.ts';
import { ErrorNote } from './components/layout.tsx';

/** Stands over a page whose sign-in has ended: what was written on it stays, and can be saved after signing in. */
export function SignInAgain({ me }: { readonly me: Me }) {
  const form = useForm(
    ({ password = '' }) => call('POST /console/api/sign-in', { body: { email: me.account.email, password } }),
    async (signedIn) => {
      queryClient.setQueryData(meQuery.queryKey, signedIn);
      // What could not be read meanwhile.
      await queryClient.refetchQueries({ predicate: ({ state }) => state.status === 'error' });
    },
  );
  return (
    <Dialog
      title="Sign in again"
      description="Your sign-in has ended. What you have written on this page is still there."
      isOpen
    >
      <form onSubmit={form.onSubmit} className="space-y-4">
        <TextField
          label="Email"
          type="email"
          autoComplete="username"
          value={me.account.email}
          readOnly
          hint={
            <a href="/sign-in" className="underline">
              Somebody else
            </a>
          }
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          autoFocus
        />
        {form.error && <ErrorNote error={form.error} />}
        <Button type="submit" kind="primary" isBusy={form.isBusy} className="w-full">
          Sign in
        </Button>
      </form>
    </Dialog>
  );
}
