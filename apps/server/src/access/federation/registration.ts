import { randomBytes } from 'node:crypto';
import { type Ids, idSchema, OctavusError } from '@octavus/core';
import { z } from 'zod';
import type { IdentityProvider } from '../../storage/identity-providers.ts';

/** What tokens may be signed with: asymmetric algorithms only (http-api.md 2.6). */
export const federationAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'EdDSA',
] as const;

/** Seconds between issue and expiry of a token. */
export const federationLifetime = { default: 3600, max: 86_400 } as const;

const claimSchema = z.string().min(1).max(200);

/** What whoever registers an identity provider decides. */
export const registrationSchema = z.object({
  issuer: z
    .string()
    .max(2000)
    .refine(isIssuer, 'expected an https:// URL without query, as in the `iss` of its tokens'),
  jwksUrl: z.string().max(2000).refine(isHttpsUrl, 'expected an https:// URL').optional(),
  algorithms: z.array(z.enum(federationAlgorithms)).min(1),
  conditions: z
    .array(
      z.object({ claim: claimSchema, match: z.enum(['equals', 'startsWith']), value: z.string().min(1).max(2000) }),
    )
    .max(50)
    .default([]),
  agent: z.union([z.object({ id: idSchema }), z.object({ claim: claimSchema })]),
  sessionClaim: claimSchema.optional(),
  maxLifetimeSeconds: z.number().int().min(1).max(federationLifetime.max).default(federationLifetime.default),
});
export type Registration = z.input<typeof registrationSchema>;

interface RegistrationContext {
  readonly projectId: string;
  readonly ids: Pick<Ids, 'resource'>;
  readonly now: () => number;
}

/**
 * A registration with an audience of its own, to be stored. That `agent.id` is an agent of the project is for the caller to check.
 *
 * @throws OctavusError VALIDATION_ERROR with one issue per unusable field.
 */
export function createRegistration(
  fields: Registration,
  { projectId, ids, now }: RegistrationContext,
): IdentityProvider {
  const { data, error } = registrationSchema.safeParse(fields);
  if (!data) {
    const issues = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new OctavusError('VALIDATION_ERROR', { reason: `${issues[0]?.path}: ${issues[0]?.message}` }, { issues });
  }
  const { jwksUrl, sessionClaim, ...rest } = data;
  return {
    id: ids.resource(),
    projectId,
    ...rest,
    jwksUrl,
    sessionClaim,
    audience: `octavus:${randomBytes(18).toString('base64url')}`,
    isEnabled: true,
    createdAt: now(),
  };
}

function isHttpsUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' && url.username === '' && url.password === '';
}

/** OpenID Connect Discovery 1.0, section 2. */
function isIssuer(text: string): boolean {
  return isHttpsUrl(text) && !/[?#]/.test(text);
}
