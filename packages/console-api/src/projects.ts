import { agentLimits, slugPattern } from '@octavus/core';
import { z } from 'zod';
import { roleSchema } from './account.ts';
import type { ConsoleRoutes } from './route.ts';

const projectName = z.string().trim().min(1, { error: 'Expected a name' }).max(agentLimits.nameLength);
const projectSlug = z
  .string()
  .max(agentLimits.slugLength)
  .regex(slugPattern, { error: 'Expected lower-case letters, digits and single hyphens' });

export const projectSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  role: roleSchema,
  createdAt: z.string(),
});
export type ConsoleProject = z.infer<typeof projectSchema>;

export const memberSchema = z.object({
  accountId: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  isDisabled: z.boolean(),
  joinedAt: z.string(),
  lastSignInAt: z.string().optional(),
});
export type Member = z.infer<typeof memberSchema>;

/** A link that nobody has used yet. */
export const inviteSchema = z.object({
  id: z.string(),
  role: roleSchema,
  createdAt: z.string(),
  expiresAt: z.string(),
  createdBy: z.string().optional().describe('Name of who made it; absent: an operator.'),
});
export type Invite = z.infer<typeof inviteSchema>;

export const projectRoutes = {
  /** Whoever makes a project is its owner. */
  'POST /console/api/projects': {
    access: 'any-owner',
    body: z.object({ slug: projectSlug, name: projectName }),
    response: projectSchema,
  },
  'GET /console/api/projects/:projectId': { access: 'viewer', response: projectSchema },
  'PATCH /console/api/projects/:projectId': {
    access: 'owner',
    body: z.object({ name: projectName }),
    response: projectSchema,
  },
  /** Revokes the project's API keys and hides it for good. `confirm` must be its name. */
  'POST /console/api/projects/:projectId/archive': {
    access: 'owner',
    body: z.object({ confirm: z.string() }),
    response: z.object({ archived: z.literal(true) }),
  },
  'GET /console/api/projects/:projectId/members': {
    access: 'viewer',
    response: z.object({
      members: z.array(memberSchema),
      invites: z.array(inviteSchema).describe('Open ones; empty unless the caller is an owner.'),
    }),
  },
  /** One owner always stays. */
  'PATCH /console/api/projects/:projectId/members/:accountId': {
    access: 'owner',
    body: z.object({ role: roleSchema }),
    response: memberSchema,
  },
  'DELETE /console/api/projects/:projectId/members/:accountId': {
    access: 'owner',
    response: z.object({ removed: z.literal(true) }),
  },
  /** `link` is shown this once. */
  'POST /console/api/projects/:projectId/invites': {
    access: 'owner',
    body: z.object({ role: roleSchema }),
    response: inviteSchema.extend({ link: z.string() }),
  },
  'DELETE /console/api/projects/:projectId/invites/:inviteId': {
    access: 'owner',
    response: z.object({ revoked: z.literal(true) }),
  },
} as const satisfies ConsoleRoutes;
