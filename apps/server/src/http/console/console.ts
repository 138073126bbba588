import { type RouteName, routeOf } from '@octavus/console-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { signInFirst } from '../../console/accounts.ts';
import type { Resource } from '../resources/resource.ts';
import { admit } from './access.ts';
import type { ConsoleHandler, ConsoleHandlers, ConsoleRequest, HandlerContext } from './handler.ts';
import { accountHandlers } from './handlers/account.ts';
import { agentHandlers } from './handlers/agents.ts';
import { keyHandlers } from './handlers/keys.ts';
import { overviewHandlers } from './handlers/overview.ts';
import { projectHandlers } from './handlers/projects.ts';
import { sessionHandlers } from './handlers/sessions.ts';
import { settingsHandlers } from './handlers/settings.ts';

/** Bodies of requests that nobody signed in for: an address, a password. */
const anonymousBodyBytes = 16 * 1024;

/** `/console/api`: the routes of `consoleRoutes`, no others. */
export const consoleApi: Resource = (app, context) => {
  app.decorateRequest('signedIn', null).decorateRequest('role', null);
  for (const [name, handler] of Object.entries(handlersOf(context))) {
    const [method = '', url = ''] = name.split(' ');
    const { access, body, query } = routeOf(name as RouteName);
    app.route({
      method,
      url,
      schema: { hide: true, ...(body && { body }), ...(query && { querystring: query }) },
      ...(access === 'anyone' && { bodyLimit: anonymousBodyBytes }),
      onRequest: (request) => admit(request, access, context.services.console),
      handler: async (request, reply) => {
        reply.header('x-content-type-options', 'nosniff');
        return (handler as ConsoleHandler<RouteName>)(toConsoleRequest(request, reply));
      },
    });
  }
};

function handlersOf(context: HandlerContext): ConsoleHandlers {
  return {
    ...accountHandlers(context),
    ...projectHandlers(context),
    ...keyHandlers(context),
    ...agentHandlers(context),
    ...sessionHandlers(context),
    ...overviewHandlers(context),
    ...settingsHandlers(context),
  };
}

function toConsoleRequest(request: FastifyRequest, reply: FastifyReply): ConsoleRequest<RouteName> {
  return {
    params: request.params as ConsoleRequest<RouteName>['params'],
    query: request.query as ConsoleRequest<RouteName>['query'],
    body: request.body as ConsoleRequest<RouteName>['body'],
    get signedIn() {
      if (!request.signedIn) throw signInFirst();
      return request.signedIn;
    },
    get role() {
      if (!request.role) throw new Error('This route is outside a project');
      return request.role;
    },
    request,
    reply,
  };
}
