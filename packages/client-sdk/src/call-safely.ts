/** Calls back into the application, whose mistakes must not end the chat: what the callback throws goes to the console. */
export function callSafely<Args extends unknown[]>(
  callback: ((...args: Args) => void) | undefined,
  ...args: Args
): void {
  try {
    callback?.(...args);
  } catch (error) {
    console.error(error);
  }
}
