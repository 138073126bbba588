import { type OverviewRange, overviewRanges } from '@octavus/console-api';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiError, call } from './api/client.ts';
import { meQuery, queryClient } from './api/queries.ts';
import { Loading } from './components/layout.tsx';
import { AccountPage } from './pages/account.tsx';
import { AgentsPage } from './pages/agents.tsx';
import { FailedPage } from './pages/failed.tsx';
import { KeysPage } from './pages/keys.tsx';
import { LinkPage } from './pages/link.tsx';
import { MembersPage } from './pages/members.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { SessionPage } from './pages/session/session-page.tsx';
import { SessionsPage } from './pages/sessions.tsx';
import { SettingsPage } from './pages/settings.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { safePath } from './safe-path.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFoundPage,
});

/** Who is signed in; who is not comes back here after signing in. */
async function requireMe(href: string) {
  const me = await queryClient.fetchQuery(meQuery);
  if (!me) throw redirect({ to: '/sign-in', search: { next: href } });
  return me;
}

/** Where whoever comes by the address of the server alone was last in this browser. */
const lastProjectKey = 'octavus-project';

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async ({ location }) => {
    const { projects } = await requireMe(location.href);
    const project = projects.find(({ slug }) => slug === localStorage.getItem(lastProjectKey)) ?? projects[0];
    throw project ? redirect({ to: '/p/$project', params: { project: project.slug } }) : redirect({ to: '/account' });
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ next }: Record<string, unknown>) => (typeof next === 'string' ? { next } : {}),
  beforeLoad: async ({ search: { next } }) => {
    // Whoever is signed in already, in another tab, goes on.
    const me = await queryClient.fetchQuery(meQuery).catch(() => null);
    if (me) throw redirect({ href: safePath(next) });
  },
  component: SignInPage,
});

const link = createRoute({ getParentRoute: () => root, path: '/link', component: LinkPage });

const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  beforeLoad: ({ location }) => requireMe(location.href),
  component: AccountPage,
});

const project = createRoute({
  getParentRoute: () => root,
  path: '/p/$project',
  beforeLoad: async ({ location, params }) => {
    const me = await requireMe(location.href);
    const found = me.projects.find(({ slug }) => slug === params.project);
    if (!found) throw notFound();
    localStorage.setItem(lastProjectKey, found.slug);
    return { me, project: found };
  },
  component: Shell,
});

const inProject = { getParentRoute: () => project };
const overview = createRoute({
  ...inProject,
  path: '/',
  validateSearch: ({ agentId, range }: Record<string, unknown>) => ({
    ...(typeof agentId === 'string' && { agentId }),
    ...(isRange(range) && { range }),
  }),
  component: OverviewPage,
});
const agents = createRoute({ ...inProject, path: '/agents', component: AgentsPage });
const agent = createRoute({
  ...inProject,
  path: '/agents/$agentId',
  validateSearch: ({ copyOf, tab }: Record<string, unknown>) => ({
    ...(typeof copyOf === 'string' && { copyOf }),
    ...(typeof tab === 'string' && { tab }),
  }),
  component: lazyRouteComponent(() => import('./pages/agent/agent-page.tsx'), 'AgentPage'),
});
const preview = createRoute({
  ...inProject,
  path: '/agents/$agentId/preview',
  validateSearch: ({ session }: Record<string, unknown>) => (typeof session === 'string' ? { session } : {}),
  component: lazyRouteComponent(() => import('./pages/preview/preview-page.tsx'), 'PreviewPage'),
});
const sessions = createRoute({
  ...inProject,
  path: '/sessions',
  validateSearch: ({ agentId, status, from, to, cursor }: Record<string, unknown>) => ({
    ...(typeof agentId === 'string' && { agentId }),
    ...(typeof status === 'string' && { status }),
    ...(isTime(from) && { from }),
    ...(isTime(to) && { to }),
    ...(typeof cursor === 'string' && { cursor }),
  }),
  component: SessionsPage,
});
const session = createRoute({
  ...inProject,
  path: '/sessions/$sessionId',
  validateSearch: ({ tab }: Record<string, unknown>) => (typeof tab === 'string' ? { tab } : {}),
  component: SessionPage,
});
const keys = createRoute({ ...inProject, path: '/keys', component: KeysPage });
const members = createRoute({ ...inProject, path: '/members', component: MembersPage });
const settings = createRoute({ ...inProject, path: '/settings', component: SettingsPage });

async function slugOf(projectId: string, href: string): Promise<string> {
  const { projects } = await requireMe(href);
  return projects.find(({ id }) => id === projectId)?.slug ?? '';
}

function isRange(value: unknown): value is OverviewRange {
  return typeof value === 'string' && Object.hasOwn(overviewRanges, value);
}

/** As a field of type `datetime-local` has it, in the time zone of the reader. */
function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function orNotFound(error: unknown): never {
  throw error instanceof ApiError && error.status === 404 ? notFound() : error;
}

/** Addresses that SDKs make know no project (HTTP spec 8). */
const platformSession = createRoute({
  getParentRoute: () => root,
  path: '/platform/sessions/$sessionId',
  beforeLoad: async ({ location, params: { sessionId } }) => {
    await requireMe(location.href);
    const { projectId } = await call('GET /console/api/find/sessions/:sessionId', { params: { sessionId } }).catch(
      orNotFound,
    );
    const params = { project: await slugOf(projectId, location.href), sessionId };
    throw redirect({ to: '/p/$project/sessions/$sessionId', params });
  },
});
const platformAgent = createRoute({
  getParentRoute: () => root,
  path: '/platform/agents/$agentId',
  beforeLoad: async ({ location, params: { agentId } }) => {
    await requireMe(location.href);
    const { projectId } = await call('GET /console/api/find/agents/:agentId', { params: { agentId } }).catch(
      orNotFound,
    );
    const params = { project: await slugOf(projectId, location.href), agentId };
    throw redirect({ to: '/p/$project/agents/$agentId', params });
  },
});
const oldSession = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$sessionId',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/platform/sessions/$sessionId', params });
  },
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    signIn,
    link,
    account,
    platformSession,
    platformAgent,
    oldSession,
    project.addChildren([overview, agents, agent, preview, sessions, session, keys, members, settings]),
  ]),
  defaultPreload: false,
  // A page begins at its top, and where it was left when one goes back to it.
  scrollRestoration: true,
  defaultPendingComponent: () => <Loading what="the page" />,
  defaultErrorComponent: ({ error, reset }) => (
    <FailedPage
      error={error}
      reset={() => {
        reset();
        void router.invalidate();
      }}
    />
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
