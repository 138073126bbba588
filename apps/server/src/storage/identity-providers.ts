/** One requirement on the claims of a token; `claim` may be a dotted path. */
export interface ClaimCondition {
  readonly claim: string;
  readonly match: 'equals' | 'startsWith';
  readonly value: string;
}

/** Whose tokens a project accepts, and what they open (http-api.md 2.6). */
export interface IdentityProvider {
  readonly id: string;
  readonly projectId: string;
  /** Compared with the token's `iss` byte for byte. */
  readonly issuer: string;
  /** undefined: what the issuer's discovery document names. */
  readonly jwksUrl: string | undefined;
  readonly algorithms: readonly string[];
  /** Made by the server; no two registrations have the same. */
  readonly audience: string;
  /** All must hold. */
  readonly conditions: readonly ClaimCondition[];
  /** The agent of every token, or the claim that names it. */
  readonly agent: { readonly id: string } | { readonly claim: string };
  /** A token that has this claim is for that session alone. */
  readonly sessionClaim: string | undefined;
  readonly maxLifetimeSeconds: number;
  readonly isEnabled: boolean;
  readonly createdAt: number;
}

/** Registrations of identity providers. */
export interface IdentityProviders {
  create(provider: IdentityProvider): Promise<void>;
  /** The enabled registration of this issuer that was given this audience. */
  findEnabled(issuer: string, audience: string): Promise<IdentityProvider | undefined>;
  /** Oldest first; without a project, those of all. */
  list(projectId?: string): Promise<IdentityProvider[]>;
  /** @returns false when there is no such registration. */
  setEnabled(id: string, isEnabled: boolean): Promise<boolean>;
  /** @returns false when there is no such registration. */
  remove(id: string): Promise<boolean>;
}
