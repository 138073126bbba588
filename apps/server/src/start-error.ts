/** The server cannot start, for a reason the operator can do something about. The message is one plain sentence. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
