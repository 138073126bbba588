/** Whom a failure is about. */
export interface ProviderIdentity {
  /** Provider id, for example `x-ai`. */
  readonly provider: string;
  /** Model id without the provider. */
  readonly model?: string;
  /** The key the call was made with; never repeated in a message. */
  readonly secret?: string;
}

/** `x-ai`, 429 → `X_AI_429` (stream-events.md 6). */
export function failureCode(provider: string, suffix: number | 'NETWORK' | 'TIMEOUT'): string {
  return `${provider.toUpperCase().replaceAll('-', '_')}_${suffix}`;
}
