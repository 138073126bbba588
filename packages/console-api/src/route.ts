import type { z } from 'zod';

/** What a member of a project may do; each role includes those before it. */
export const roles = ['viewer', 'developer', 'owner'] as const;
export type Role = (typeof roles)[number];

/** Whether `role` includes what `needed` may do. */
export function includesRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/**
 * Who may call a route.
 *
 * - `anyone`: no sign-in is needed.
 * - `account`: everybody who is signed in.
 * - `any-developer`, `any-owner`: who has that role, or one that includes it, in at least one project.
 * - a role: who has it in the project of the path. To everybody else the project does not exist.
 */
export type RouteAccess = 'anyone' | 'account' | 'any-developer' | 'any-owner' | Role;

/** One route: who may call it, what it takes and what it answers. */
export interface ConsoleRoute {
  readonly access: RouteAccess;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** `events`: an event stream as of `POST /api/agent-sessions/:id/trigger`. */
  readonly response: z.ZodType | 'events';
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Routes by method and path. The path of a route that needs a role in a project begins with that project. */
export type ConsoleRoutes = Readonly<Record<`${Method} /console/api/${string}`, ConsoleRoute>>;

/** The names of a path's parameters. */
export type ParamOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamOf<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;
