import { z } from 'zod';
import type { ConsoleRoutes } from './route.ts';

export const providerSchema = z.object({
  id: z.string(),
  isConfigured: z.boolean().describe('Its models can be called.'),
  variables: z.array(z.object({ name: z.string(), isSet: z.boolean() })).describe('Never their values.'),
  testModel: z.string().optional().describe('What a test calls unless another model is named.'),
});
export type ConsoleProvider = z.infer<typeof providerSchema>;

export const settingsSchema = z.object({
  version: z.string(),
  nodeVersion: z.string(),
  database: z.enum(['sqlite', 'postgres']),
  files: z.enum(['disk', 's3']),
  health: z.object({ isReady: z.boolean(), database: z.boolean(), runningExecutions: z.int() }),
  providers: z.array(providerSchema),
});
export type Settings = z.infer<typeof settingsSchema>;

/** An OpenID provider whose tokens the project accepts (HTTP spec 2.6), as an operator registered it. */
export const identityProviderSchema = z.object({
  id: z.string(),
  issuer: z.string(),
  audience: z.string(),
  jwksUrl: z.string().optional().describe('Absent: what the issuer names in its discovery document.'),
  algorithms: z.array(z.string()),
  conditions: z.array(
    z
      .object({ claim: z.string(), match: z.enum(['equals', 'startsWith']), value: z.string() })
      .describe('All must hold.'),
  ),
  agent: z.union([
    z.object({ id: z.string(), name: z.string() }),
    z.object({ claim: z.string().describe('Names the agent in each token.') }),
  ]),
  sessionClaim: z.string().optional(),
  maxLifetimeSeconds: z.int(),
  isEnabled: z.boolean(),
  createdAt: z.string(),
});
export type ConsoleIdentityProvider = z.infer<typeof identityProviderSchema>;

export const settingsRoutes = {
  /** Oldest first. Operators register them on the server itself. */
  'GET /console/api/projects/:projectId/identity-providers': {
    access: 'developer',
    response: z.object({ identityProviders: z.array(identityProviderSchema) }),
  },
  'GET /console/api/settings': { access: 'any-developer', response: settingsSchema },
  /** Asks a model for one short answer. A provider that fails is an answer too, not an error. */
  'POST /console/api/settings/providers/:providerId/test': {
    access: 'any-owner',
    body: z.object({ model: z.string().min(1).max(200).optional().describe('Without the provider.') }),
    response: z.discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), model: z.string(), durationMs: z.number() }),
      z.object({ ok: z.literal(false), model: z.string(), message: z.string() }),
    ]),
  },
} as const satisfies ConsoleRoutes;
