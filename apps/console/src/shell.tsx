import type { Me } from '@octavus/console-api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { call } from './api/client.ts';
import { meQuery } from './api/queries.ts';
import { Button, fieldClass } from './components/controls.tsx';
import { ErrorNote } from './components/layout.tsx';
import { SignInAgain } from './sign-in-again.tsx';
import { ThemeSelect } from './theme/theme-select.tsx';
import { useProject } from './use-project.ts';

const pages = [
  { to: '/p/$project', label: 'Overview', isExact: true },
  { to: '/p/$project/agents', label: 'Agents' },
  { to: '/p/$project/sessions', label: 'Sessions' },
  { to: '/p/$project/keys', label: 'API keys' },
  { to: '/p/$project/members', label: 'Members' },
  { to: '/p/$project/settings', label: 'Settings', needs: 'developer' },
] as const;

/** Everything around the pages of a project: switcher, navigation, who is signed in. */
export function Shell() {
  const { slug, me, may } = useProject();
  const isSignedOut = useWhoIsSignedIn(me);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page begins with the menu closed
  useEffect(() => setMenuOpen(false), [path]);
  return (
    <div className="min-h-screen md:grid md:grid-cols-[14rem_1fr]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:m-2 focus:rounded focus:bg-surface focus:p-2"
      >
        Skip to content
      </a>
      <header className="border-b border-line bg-surface p-4 md:border-r md:border-b-0">
        <div className="flex items-center justify-between md:mb-4">
          <p className="text-lg font-semibold">Octavus</p>
          <div className="md:hidden">
            <Button aria-expanded={isMenuOpen} aria-controls="menu" onClick={() => setMenuOpen(!isMenuOpen)}>
              Menu
            </Button>
          </div>
        </div>
        <div id="menu" className={`mt-4 md:sticky md:top-4 md:mt-0 md:block ${isMenuOpen ? '' : 'hidden'}`}>
          <ProjectSwitcher />
          <nav aria-label="Project" className="my-4">
            <ul className="flex flex-wrap gap-1 md:flex-col">
              {pages
                .filter((page) => !('needs' in page) || may(page.needs))
                .map((page) => (
                  <li key={page.to}>
                    <Link
                      to={page.to}
                      params={{ project: slug }}
                      activeOptions={{ exact: 'isExact' in page }}
                      className="block rounded-md px-3 py-2 hover:bg-raised"
                      activeProps={{ className: 'bg-raised font-semibold', 'aria-current': 'page' }}
                    >
                      {page.label}
                    </Link>
                  </li>
                ))}
            </ul>
          </nav>
          <Person />
        </div>
      </header>
      <Main />
      {isSignedOut && <SignInAgain me={me} />}
    </div>
  );
}

/**
 * Pages know who is signed in from when they were opened. When that turns out to be another one, or one with other roles, they are
 * made anew; what somebody writes in an editor is kept.
 *
 * @returns whether nobody is signed in any more.
 */
function useWhoIsSignedIn(known: Me): boolean {
  const { data } = useQuery({ ...meQuery, initialData: known, refetchOnWindowFocus: 'always' });
  const router = useRouter();
  const isOther = data !== null && data.account.id !== known.account.id;
  const isChanged = data !== null && JSON.stringify(data.projects) !== JSON.stringify(known.projects);
  useEffect(() => {
    if (isOther) location.reload();
    else if (isChanged) void router.invalidate();
  }, [isOther, isChanged, router]);
  return data === null;
}

/** Focus moves here with each new page, so that keyboards and screen readers begin where the page does. */
function Main() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const previous = useRef(path);
  useEffect(() => {
    if (previous.current !== path) main.current?.focus();
    previous.current = path;
  }, [path]);
  return (
    <main ref={main} id="main" tabIndex={-1} className="min-w-0 p-4 outline-none md:p-8">
      <Outlet />
    </main>
  );
}

function ProjectSwitcher() {
  const { slug, me } = useProject();
  const navigate = useNavigate();
  return (
    <label className="block text-sm">
      <span className="mb-1 block text-muted">Project</span>
      <select
        className={`${fieldClass} w-full`}
        value={slug}
        onChange={({ target }) => navigate({ to: '/p/$project', params: { project: target.value } })}
      >
        {me.projects.map((project) => (
          <option key={project.id} value={project.slug}>
            {project.name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Person() {
  const { me } = useProject();
  const signOut = useMutation({
    mutationFn: () => call('POST /console/api/sign-out', {}),
    // A page of its own: what was read for one person is not kept for the next.
    onSuccess: () => location.assign('/sign-in'),
  });
  return (
    <div className="space-y-3 border-t border-line pt-4 text-sm">
      <ThemeSelect />
      <p className="truncate">
        <Link to="/account" className="underline">
          {me.account.name}
        </Link>
      </p>
      {signOut.isError && <ErrorNote error={signOut.error} />}
      <Button isBusy={signOut.isPending} onClick={() => signOut.mutate()}>
        Sign out
      </Button>
    </div>
  );
}
