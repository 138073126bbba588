import { mintTokenResponseSchema, revokeTokenResponseSchema } from '@octavus/core';
import type { z } from 'zod';
import type { ApiConfig } from '../config.ts';
import { requestJson } from '../http/request-json.ts';

/** What a token is for, and how long it lives. */
export interface MintTokenRequest {
  agentId: string;
  /** Narrows the token to one session. */
  sessionId?: string;
  /** Lifetime in seconds, a positive integer. The server's default is one hour, its longest a day. */
  ttlSeconds?: number;
}

/** `token` starts with `oct_et_`; `expiresAt` is an ISO 8601 time. */
export type MintTokenResponse = z.infer<typeof mintTokenResponseSchema>;
export type RevokeTokenResponse = z.infer<typeof revokeTokenResponseSchema>;

/** Makes short-lived credentials for one agent or session, which may be handed to a browser. Throws `ApiError`. */
export class TokensApi {
  readonly #config: ApiConfig;

  constructor(config: ApiConfig) {
    this.#config = config;
  }

  /**
   * Makes a token.
   *
   * @param params which agent, which session of it if not all, and for how long.
   * @throws ApiError 403 for a key without the permission `mint-tokens`, 404 for an agent or session that is not there.
   */
  mint(params: MintTokenRequest): Promise<MintTokenResponse> {
    return requestJson(this.#config, {
      method: 'POST',
      path: '/api/tokens',
      body: params,
      schema: mintTokenResponseSchema,
      context: 'Failed to mint a token',
    });
  }

  /** Ends a token early; repeating it does no harm. @returns `revoked: false` when it had ended before. @throws ApiError */
  revoke(token: string): Promise<RevokeTokenResponse> {
    return requestJson(this.#config, {
      method: 'POST',
      path: '/api/tokens/revoke',
      body: { token },
      schema: revokeTokenResponseSchema,
      context: 'Failed to revoke the token',
    });
  }
}
