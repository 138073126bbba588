import type { ConsoleIdentityProvider, ConsoleProvider } from '@octavus/console-api';
import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { query } from '../api/queries.ts';
import { Button, fieldClass } from '../components/controls.tsx';
import { useForm } from '../components/form.ts';
import { Badge, Card, EmptyState, ErrorNote, Loading, Page, Table } from '../components/layout.tsx';
import { formatDuration, Time } from '../components/time.tsx';
import { useProject } from '../use-project.ts';
import { ProjectCards } from './project-cards.tsx';

/** The project itself, what the operator set up, and how the server is. */
export function SettingsPage() {
  const { may } = useProject();
  if (may('developer')) return <Settings />;
  return (
    <Page title="Settings">
      <EmptyState title="Your role lets you look">
        Settings are for developers and owners: ask an owner of the project for another role.
      </EmptyState>
    </Page>
  );
}

function Settings() {
  const { may } = useProject();
  const settings = useQuery(query('GET /console/api/settings', {}));
  return (
    <Page title="Settings">
      {may('owner') && <ProjectCards />}
      {settings.isError && <ErrorNote error={settings.error} onRetry={() => settings.refetch()} />}
      {settings.isPending && <Loading what="settings" />}
      {settings.data && (
        <>
          <Card title="Server">
            <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
              <dt className="text-muted">Health</dt>
              <dd>
                {settings.data.health.isReady ? <Badge tone="good">ready</Badge> : <Badge tone="bad">not ready</Badge>}
              </dd>
              <dt className="text-muted">Version</dt>
              <dd>
                {settings.data.version} on Node.js {settings.data.nodeVersion}
              </dd>
              <dt className="text-muted">Database</dt>
              <dd>{settings.data.database === 'sqlite' ? 'SQLite, embedded' : 'PostgreSQL'}</dd>
              <dt className="text-muted">Files</dt>
              <dd>{settings.data.files === 'disk' ? 'On disk' : 'In a bucket'}</dd>
              <dt className="text-muted">Running executions</dt>
              <dd>{settings.data.health.runningExecutions}</dd>
            </dl>
          </Card>
          <h2 className="mb-3 text-lg font-semibold">Model providers</h2>
          <p className="mb-3 max-w-prose text-muted">
            Providers are configured by environment variables of the server. Only whether they are set is known here.
          </p>
          <Table label="Model providers" columns={['Provider', 'State', 'Variables', 'Test']}>
            {settings.data.providers.map((provider) => (
              <ProviderRow key={provider.id} provider={provider} />
            ))}
          </Table>
          <IdentityProviders />
        </>
      )}
    </Page>
  );
}

/** Whose tokens the project accepts besides its own. */
function IdentityProviders() {
  const { projectId, slug } = useProject();
  const providers = useQuery(
    query('GET /console/api/projects/:projectId/identity-providers', { params: { projectId } }),
  );
  const found = providers.data?.identityProviders;
  return (
    <div className="mt-8">
      <h2 className="mb-3 text-lg font-semibold">Identity providers</h2>
      <p className="mb-3 max-w-prose text-muted">
        Tokens of these OpenID Connect providers open an agent of this project in place of an API key. Operators
        register them on the server.
      </p>
      {providers.isError && <ErrorNote error={providers.error} onRetry={() => providers.refetch()} />}
      {providers.isPending && <Loading what="identity providers" />}
      {found?.length === 0 && (
        <EmptyState title="No identity providers">
          An operator registers one with <code>npm run -s admin -- identity-providers create --project {slug} …</code>,
          and tokens of CI jobs, cloud workloads or people are accepted.
        </EmptyState>
      )}
      {found !== undefined && found.length > 0 && (
        <Table label="Identity providers" columns={['Issuer', 'Audience', 'Opens', 'Claims that must hold', 'State']}>
          {found.map((provider) => (
            <IdentityProviderRow key={provider.id} provider={provider} />
          ))}
        </Table>
      )}
    </div>
  );
}

function IdentityProviderRow({ provider }: { readonly provider: ConsoleIdentityProvider }) {
  const { issuer, audience, algorithms, agent, conditions, sessionClaim, isEnabled, createdAt } = provider;
  return (
    <tr>
      <td className="break-all">
        {issuer}
        <p className="text-muted">
          {algorithms.join(', ')}, since <Time at={createdAt} />
        </p>
      </td>
      <td className="font-mono break-all">{audience}</td>
      <td>
        {'id' in agent ? agent.name : `the agent in claim ${agent.claim}`}
        {sessionClaim !== undefined && <p className="text-muted">the session in claim {sessionClaim} alone</p>}
      </td>
      <td>
        {conditions.length === 0 && <span className="text-muted">none</span>}
        <ul>
          {conditions.map(({ claim, match, value }) => (
            <li key={`${claim} ${match} ${value}`}>
              <code>{claim}</code> {match === 'equals' ? 'is' : 'begins with'} <code>{value}</code>
            </li>
          ))}
        </ul>
      </td>
      <td>{isEnabled ? <Badge tone="good">enabled</Badge> : <Badge tone="bad">disabled</Badge>}</td>
    </tr>
  );
}

function ProviderRow({ provider }: { readonly provider: ConsoleProvider }) {
  const { may } = useProject();
  const { id, testModel, isConfigured } = provider;
  const test = useForm(({ model = '' }) =>
    call('POST /console/api/settings/providers/:providerId/test', {
      params: { providerId: id },
      body: model === '' ? {} : { model },
    }),
  );
  return (
    <tr>
      <td className="font-mono">{provider.id}</td>
      <td>{provider.isConfigured ? <Badge tone="good">configured</Badge> : <Badge>not configured</Badge>}</td>
      <td>
        {provider.variables.length === 0 && <span className="text-muted">none needed</span>}
        <ul>
          {provider.variables.map(({ name, isSet }) => (
            <li key={name}>
              <code>{name}</code> <span className="text-muted">{isSet ? 'set' : 'not set'}</span>
            </li>
          ))}
        </ul>
      </td>
      <td>
        {may('owner') && isConfigured && (
          <form onSubmit={test.onSubmit} className="flex flex-wrap items-center gap-2">
            {testModel === undefined && (
              <input
                name="model"
                aria-label={`Model of ${id}`}
                placeholder="Name of a model"
                required
                className={`${fieldClass} w-44`}
              />
            )}
            <Button type="submit" aria-label={`Test ${id}`} isBusy={test.isBusy}>
              Test
            </Button>
          </form>
        )}
        <p role="status" className="mt-1">
          {test.result?.ok && `${test.result.model} answered in ${formatDuration(test.result.durationMs)}`}
          {test.result?.ok === false && <span className="text-danger">{test.result.message}</span>}
          {test.error && <span className="text-danger">{test.error.message}</span>}
        </p>
      </td>
    </tr>
  );
}
