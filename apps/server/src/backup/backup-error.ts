/** A backup cannot be made, read or put back; the message is one sentence for the operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
