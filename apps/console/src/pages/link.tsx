import type { Me, Link as OneTimeLink } from '@octavus/console-api';
import { accountLimits } from '@octavus/console-api';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { meQuery, queryClient } from '../api/queries.ts';
import { Button, TextField } from '../components/controls.tsx';
import { useForm } from '../components/form.ts';
import { ErrorNote, Loading } from '../components/layout.tsx';
import { SignedOutFrame } from './signed-out-frame.tsx';

/** What a one-time link opens: the first account, an invitation, or a new password. */
export function LinkPage() {
  // The token is in the fragment, which browsers keep to themselves.
  const [token] = useState(() => location.hash.slice(1));
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => call('POST /console/api/links/inspect', { body: { token } }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const me = useQuery(meQuery);
  if (link.isPending || me.isPending) return <Loading what="the link" />;
  if (link.isError) {
    return (
      <SignedOutFrame title="This link does not open anything">
        <ErrorNote error={link.error} />
        <Link to="/" className="underline">
          To the console
        </Link>
      </SignedOutFrame>
    );
  }
  if (link.data.kind === 'reset') return <ResetForm token={token} email={link.data.email} />;
  if (link.data.kind === 'invite' && me.data) return <JoinForm token={token} link={link.data} me={me.data} />;
  return <AccountForm token={token} link={link.data} />;
}

function useSignedIn(): (me: Me) => void {
  const navigate = useNavigate();
  return (me) => {
    queryClient.setQueryData(meQuery.queryKey, me);
    navigate({ to: '/' });
  };
}

const passwordHint = `At least ${accountLimits.passwordMin} characters. A few words in a row are easy to keep in mind.`;

function AccountForm({ token, link }: { readonly token: string; readonly link: OneTimeLink }) {
  const signedIn = useSignedIn();
  const form = useForm(
    ({ email = '', name = '', password = '' }) =>
      call('POST /console/api/links/accept', { body: { token, email, name, password } }),
    signedIn,
  );
  return (
    <SignedOutFrame title={link.kind === 'invite' ? `Join ${link.projectName}` : 'Make the first account'}>
      <form onSubmit={form.onSubmit} className="space-y-4">
        <p className="text-muted">
          {link.kind === 'invite'
            ? `You were invited as ${link.role}. Have an account? Sign in first, then open the link again.`
            : 'It owns every project of this server and can invite others.'}
        </p>
        <TextField label="Name" name="name" autoComplete="name" required error={form.errorOf('name')} />
        <TextField
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          required
          error={form.errorOf('email')}
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          required
          hint={passwordHint}
          error={form.errorOf('password')}
        />
        {form.error && <ErrorNote error={form.error} />}
        <Button type="submit" kind="primary" isBusy={form.isBusy} className="w-full">
          Make the account
        </Button>
      </form>
    </SignedOutFrame>
  );
}

interface JoinProps {
  readonly token: string;
  readonly link: Extract<OneTimeLink, { kind: 'invite' }>;
  readonly me: Me;
}

function JoinForm({ token, link, me }: JoinProps) {
  const signedIn = useSignedIn();
  const form = useForm(() => call('POST /console/api/links/join', { body: { token } }), signedIn);
  return (
    <SignedOutFrame title={`Join ${link.projectName}`}>
      <form onSubmit={form.onSubmit} className="space-y-4">
        <p className="text-muted">
          You are signed in as {me.account.email} and become {link.role} of the project.
        </p>
        {form.error && <ErrorNote error={form.error} />}
        <Button type="submit" kind="primary" isBusy={form.isBusy} className="w-full">
          Join
        </Button>
      </form>
    </SignedOutFrame>
  );
}

function ResetForm({ token, email }: { readonly token: string; readonly email: string }) {
  const signedIn = useSignedIn();
  const form = useForm(
    ({ password = '' }) => call('POST /console/api/links/reset', { body: { token, password } }),
    signedIn,
  );
  return (
    <SignedOutFrame title="Set a new password">
      <form onSubmit={form.onSubmit} className="space-y-4">
        <input type="hidden" autoComplete="username" value={email} />
        <p className="text-muted">For {email}. You are signed out everywhere else.</p>
        <TextField
          label="New password"
          name="password"
          type="password"
          autoComplete="new-password"
          required
          hint={passwordHint}
          error={form.errorOf('password')}
        />
        {form.error && <ErrorNote error={form.error} />}
        <Button type="submit" kind="primary" isBusy={form.isBusy} className="w-full">
          Set the password
        </Button>
      </form>
    </SignedOutFrame>
  );
}
