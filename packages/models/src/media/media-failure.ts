import type { ProviderFailure } from '@octavus/core';
import { classify } from '../errors/classify.ts';
import type { ProviderIdentity } from '../errors/provider-identity.ts';

/** The provider answered and made nothing: most often its filters did not like the request. */
export class NothingMadeError extends Error {
  override readonly name = 'NothingMadeError';
}

/** As `classify`; what a provider's filters withheld is no fault that a repetition would mend. */
export function mediaFailure(error: unknown, identity: ProviderIdentity): ProviderFailure | undefined {
  if (!isNothingMade(error)) return classify(error, identity);
  const { provider, model } = identity;
  return {
    errorType: 'validation_error',
    message:
      error instanceof NothingMadeError ? error.message : `${provider} made nothing: its filters may have refused it.`,
    retryable: false,
    source: 'provider',
    code: 'UNSUPPORTED_INPUT',
    provider: { name: provider, ...(model !== undefined && { model }) },
  };
}

/** The libraries have no type of their own for it. */
function isNothingMade(error: unknown): boolean {
  if (error instanceof NothingMadeError) return true;
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'AI_NoContentGeneratedError' ||
    /content policy|no (?:valid )?(?:images|videos) in response/i.test(error.message)
  );
}
