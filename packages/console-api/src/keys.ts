import { z } from 'zod';
import type { ConsoleRoutes } from './route.ts';

/** What an API key may be allowed (HTTP spec 2.2). */
export const keyPermissions = ['agents', 'sessions', 'mint-tokens'] as const;
export type KeyPermission = (typeof keyPermissions)[number];

export const keyLimits = { name: 100, expiresInDays: 3650 } as const;

const permissionSchema = z.enum(keyPermissions);

export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().describe('First characters of the key.'),
  permissions: z.array(permissionSchema),
  createdAt: z.string(),
  lastUsedAt: z.string().optional(),
  expiresAt: z.string().optional(),
  revokedAt: z.string().optional(),
});
export type ConsoleApiKey = z.infer<typeof apiKeySchema>;

export const keyRoutes = {
  'GET /console/api/projects/:projectId/keys': {
    access: 'viewer',
    response: z.object({ keys: z.array(apiKeySchema).describe('Newest first, revoked ones included.') }),
  },
  /** `key` is shown this once. */
  'POST /console/api/projects/:projectId/keys': {
    access: 'developer',
    body: z.object({
      name: z.string().trim().min(1, { error: 'Expected a name' }).max(keyLimits.name),
      permissions: z
        .array(permissionSchema)
        .min(1, { error: 'Expected at least one permission' })
        .max(keyPermissions.length),
      expiresInDays: z.int().min(1).max(keyLimits.expiresInDays).optional().describe('Absent: it does not expire.'),
    }),
    response: apiKeySchema.extend({ key: z.string() }),
  },
  'DELETE /console/api/projects/:projectId/keys/:keyId': {
    access: 'developer',
    response: z.object({ revoked: z.literal(true) }),
  },
} as const satisfies ConsoleRoutes;
