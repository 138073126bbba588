import { serverVersion } from '../../../server-version.ts';
import type { ConsoleHandlers, HandlerContext } from '../handler.ts';

/** What an operator set up: providers, database, files; and how the server is. */
export function settingsHandlers({ services }: HandlerContext) {
  return {
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
