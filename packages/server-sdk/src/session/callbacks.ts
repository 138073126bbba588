import type { ApiConfig, CallbackErrorContext } from '../config.ts';

/** Calls back into the application; a failure, at once or later, goes to `onCallbackError` and disturbs nothing. */
export function callBack(
  { onCallbackError }: Pick<ApiConfig, 'onCallbackError'>,
  callback: CallbackErrorContext['callback'],
  run: () => unknown,
): void {
  const report = (error: unknown) => onCallbackError?.(error, { callback });
  try {
    const outcome = run();
    if (outcome instanceof Promise) outcome.catch(report);
  } catch (error) {
    report(error);
  }
}
