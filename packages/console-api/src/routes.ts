import type { z } from 'zod';
import { accountRoutes } from './account.ts';
import { agentRoutes } from './agents.ts';
import { keyRoutes } from './keys.ts';
import { overviewRoutes } from './overview.ts';
import { projectRoutes } from './projects.ts';
import type { ConsoleRoute, ConsoleRoutes, ParamOf } from './route.ts';
import { sessionRoutes } from './sessions.ts';
import { settingsRoutes } from './settings.ts';

/**
 * Every route of the console's own API. The server answers these and no others, the console calls these and no others, and the
 * authorization matrix is their `access`.
 */
export const consoleRoutes = {
  ...accountRoutes,
  ...projectRoutes,
  ...keyRoutes,
  ...agentRoutes,
  ...sessionRoutes,
  ...overviewRoutes,
  ...settingsRoutes,
} as const satisfies ConsoleRoutes;

export type RouteName = keyof typeof consoleRoutes;

/** Routes that answer with JSON. */
export type JsonRouteName = {
  [Name in RouteName]: (typeof consoleRoutes)[Name]['response'] extends z.ZodType ? Name : never;
}[RouteName];

type Route<Name extends RouteName> = (typeof consoleRoutes)[Name];

export type ParamsOf<Name extends RouteName> = Record<ParamOf<Name>, string>;
/** What the console sends. */
export type BodyInputOf<Name extends RouteName> =
  Route<Name> extends { body: infer Body extends z.ZodType } ? z.input<Body> : undefined;
/** What the server reads. */
export type BodyOf<Name extends RouteName> =
  Route<Name> extends { body: infer Body extends z.ZodType } ? z.output<Body> : undefined;
export type QueryInputOf<Name extends RouteName> =
  Route<Name> extends { query: infer Query extends z.ZodType } ? z.input<Query> : undefined;
export type QueryOf<Name extends RouteName> =
  Route<Name> extends { query: infer Query extends z.ZodType } ? z.output<Query> : undefined;
export type ResponseOf<Name extends JsonRouteName> =
  Route<Name> extends { response: infer Response extends z.ZodType } ? z.output<Response> : never;

/** The route as data, without the details of its own schemas. */
export function routeOf(name: RouteName): ConsoleRoute {
  return consoleRoutes[name];
}
