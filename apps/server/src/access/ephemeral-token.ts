import { createHmac, timingSafeEqual } from 'node:crypto';
import { idPatterns, idSchema } from '@octavus/core';
import { z } from 'zod';

/** What a token says of itself. Times are milliseconds since the epoch. */
export interface EphemeralToken {
  readonly jti: string;
  readonly projectId: string;
  readonly agentId: string;
  /** undefined: every session of the agent. */
  readonly sessionId: string | undefined;
  /** The API key that minted it. */
  readonly keyId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export const tokenPrefix = 'oct_et_';

/** Longer ones are none of ours: the ids and times take less than half of it. */
const tokenPattern = /^oct_et_(?<payload>[A-Za-z0-9_-]{1,1024})\.(?<mac>[A-Za-z0-9_-]{43})$/;

/** Times are seconds, as in other tokens; the milliseconds are their fraction. */
const payloadSchema = z.object({
  jti: z.string().regex(idPatterns.jti),
  projectId: idSchema,
  agentId: idSchema,
  sessionId: idSchema.optional(),
  keyId: idSchema,
  iat: z.number(),
  exp: z.number(),
});

/** Writes `oct_et_<payload>.<mac>` (http-api.md 2.5). @param key what it is signed with. */
export function encodeToken({ issuedAt, expiresAt, ...ids }: EphemeralToken, key: Uint8Array): string {
  const json = JSON.stringify({ ...ids, iat: issuedAt / 1000, exp: expiresAt / 1000 });
  const payload = Buffer.from(json).toString('base64url');
  return `${tokenPrefix}${payload}.${macOf(payload, key)}`;
}

/** @returns undefined unless the text is a token that was signed with the key; it may have expired. */
export function decodeToken(text: string, key: Uint8Array): EphemeralToken | undefined {
  const { payload = '', mac = '' } = tokenPattern.exec(text)?.groups ?? {};
  if (!timingSafeEqual(Buffer.from(mac.padEnd(macLength)), Buffer.from(macOf(payload, key)))) return undefined;
  const { data } = payloadSchema.safeParse(parsePayload(payload));
  if (!data) return undefined;
  const { iat, exp, jti, projectId, agentId, sessionId, keyId } = data;
  const [issuedAt, expiresAt] = [Math.round(iat * 1000), Math.round(exp * 1000)];
  return { jti, projectId, agentId, sessionId, keyId, issuedAt, expiresAt };
}

/** The id that a token claims to have, whoever signed it. */
export function readJti(text: string): string | undefined {
  const { payload = '' } = tokenPattern.exec(text)?.groups ?? {};
  return payloadSchema.pick({ jti: true }).safeParse(parsePayload(payload)).data?.jti;
}

const macLength = 43;

function macOf(payload: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(payload).digest('base64url');
}

function parsePayload(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    return undefined;
  }
}
