import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';
import { optionalField } from '../schema/optional-field.ts';

/** Lifetime of an ephemeral token in seconds (HTTP spec 9.1). */
export const tokenTtl = { defaultSeconds: 3600, maxSeconds: 86_400 } as const;

/** `POST /api/tokens`. A longer lifetime than the longest is shortened, not refused. */
export const mintTokenBodySchema = z.object({
  agentId: z.string().min(1),
  sessionId: optionalField(z.string().min(1)).describe('Narrows the token to one session of the agent.'),
  ttlSeconds: z
    .number()
    .positive()
    .refine(Number.isInteger, { error: 'Invalid input: expected integer' })
    .nullish()
    .transform((seconds) => Math.min(seconds ?? tokenTtl.defaultSeconds, tokenTtl.maxSeconds))
    .describe('Lifetime in seconds; default 3600, shortened to 86400.'),
});
export type MintTokenBody = z.infer<typeof mintTokenBodySchema>;

export const mintTokenResponseSchema = openObject({
  token: z.string(),
  jti: z.string(),
  expiresAt: z.string().describe('RFC 3339 time.'),
});
export type MintTokenResponse = z.infer<typeof mintTokenResponseSchema>;

/** `POST /api/tokens/revoke`: by the token or by its id. */
export const revokeTokenBodySchema = z
  .object({ token: optionalField(z.string()), jti: optionalField(z.string()) })
  .refine((body) => body.token !== undefined || body.jti !== undefined, { path: ['token'], error: 'Required' });
export type RevokeTokenBody = z.infer<typeof revokeTokenBodySchema>;

export const revokeTokenResponseSchema = openObject({ revoked: z.boolean(), jti: z.string().optional() });
export type RevokeTokenResponse = z.infer<typeof revokeTokenResponseSchema>;
