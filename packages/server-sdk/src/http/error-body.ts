/** What an error answer says. */
export interface AnswerError {
  message: string;
  code?: string;
}

/**
 * Reads an error answer in either shape, `{ error, message, code }` or `{ error: { message, code } }`.
 *
 * @param context what failed, for answers that say nothing: `Failed to list agents` becomes `Failed to list agents: HTTP 502 Bad Gateway`.
 */
export async function readAnswerError(response: Response, context: string): Promise<AnswerError> {
  const body = await response.json().catch(() => undefined);
  const { error, message, code } = asRecord(body);
  const nested = asRecord(error);
  const status = `HTTP ${response.status} ${response.statusText}`.trim();
  return {
    message: textOf(error) ?? textOf(message) ?? textOf(nested.message) ?? `${context}: ${status}`,
    code: textOf(code) ?? textOf(nested.code),
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
