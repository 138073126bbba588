import type { ApiConfig, CallbackErrorContext } from '../config.ts';

/** Calls back into the application; a failure, at once or later, goes to `onCallbackError` and disturbs nothing. */
export function callBack(
  { onCallbackError }: Pick<ApiConfig, 'onCallbackError'>,
  callback: CallbackErrorContext['callback'],
  run: () => unknown,
): void {
  settle(run)
    .catch((error: unknown) => settle(() => onCallbackError?.(error, { callback })))
    // Nobody is left to be told what `onCallbackError` throws.
    .catch(() => undefined);
}

/** Calls at once; what it throws, or what its promise rejects with, is a rejection. */
async function settle(run: () => unknown): Promise<void> {
  await run();
}
