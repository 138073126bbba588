export { accountLimits, type Link, type Me } from './account.ts';
export type { AgentFiles, AgentVersionSummary, ConsoleAgent } from './agents.ts';
export { type ConsoleApiKey, type KeyPermission, keyLimits, keyPermissions } from './keys.ts';
export { type Overview, type OverviewRange, overviewRanges } from './overview.ts';
export type { ConsoleProject, Invite, Member } from './projects.ts';
export { consoleRequestHeader } from './request-header.ts';
export { type ConsoleRoute, includesRole, type Role, type RouteAccess, roles } from './route.ts';
export {
  type BodyInputOf,
  type BodyOf,
  consoleRoutes,
  type JsonRouteName,
  type ParamsOf,
  type QueryInputOf,
  type QueryOf,
  type ResponseOf,
  type RouteName,
  routeOf,
} from './routes.ts';
export type { SessionDetail, Timeline } from './sessions.ts';
export type { ConsoleIdentityProvider, ConsoleProvider, Settings } from './settings.ts';
