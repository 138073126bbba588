import type { ConsoleIdentityProvider } from '@octavus/console-api';
import { toIsoTime } from '../../../iso-time.ts';
import { serverVersion } from '../../../server-version.ts';
import type { IdentityProvider } from '../../../storage/identity-providers.ts';
import type { ConsoleHandlers, HandlerContext } from '../handler.ts';

/** What an operator set up: providers, database, files; and how the server is. */
export function settingsHandlers({ services }: HandlerContext) {
  async function nameOf(projectId: string, agentId: string): Promise<string> {
    const agent = await services.console.storage.agents.find(projectId, agentId);
    return agent?.name ?? agentId;
  }

  async function toIdentityProvider(provider: IdentityProvider): Promise<ConsoleIdentityProvider> {
    const { projectId, jwksUrl, algorithms, conditions, agent, sessionClaim, createdAt, ...rest } = provider;
    return {
      ...rest,
      ...(jwksUrl !== undefined && { jwksUrl }),
      algorithms: [...algorithms],
      conditions: [...conditions],
      agent: 'id' in agent ? { id: agent.id, name: await nameOf(projectId, agent.id) } : agent,
      ...(sessionClaim !== undefined && { sessionClaim }),
      createdAt: toIsoTime(createdAt),
    };
  }

  return {
    'GET /console/api/projects/:projectId/identity-providers': async ({ params: { projectId } }) => {
      const providers = await services.console.storage.identityProviders.list(projectId);
      return { identityProviders: await Promise.all(providers.map(toIdentityProvider)) };
    },

    'GET /console/api/settings': async () => {
      const { storage, filesKind, listProviders } = services.console;
      const isAnswering = await services.checkDatabase().then(
        () => true,
        () => false,
      );
      return {
        version: serverVersion,
        nodeVersion: process.versions.node,
        database: storage.dialect,
        files: filesKind,
        health: {
          isReady: isAnswering && !services.lifecycle.isDraining,
          database: isAnswering,
          runningExecutions: services.executions.running,
        },
        providers: listProviders(),
      };
    },

    'POST /console/api/settings/providers/:providerId/test': ({ params: { providerId }, body: { model } }) =>
      services.console.testProvider(providerId, model),
  } satisfies Partial<ConsoleHandlers>;
}
