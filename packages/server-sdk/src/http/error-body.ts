import { type ReadBodyOptions, readBody } from './read-body.ts';

/** What an error answer says. */
export interface AnswerError {
  message: string;
  code?: string;
}

/**
 * Reads an error answer in either shape, `{ error, message, code }` or `{ error: { message, code } }`.
 *
 * @param context what failed, for answers that say nothing: `Failed to list agents` becomes `Failed to list agents: HTTP 502 Bad Gateway`.
 * @param limits when reading is given up on; what came until then counts.
 */
export async function readAnswerError(
  response: Response,
  context: string,
  limits?: ReadBodyOptions,
): Promise<AnswerError> {
  const body = await readJson(response, limits).catch(() => undefined);
  const { error, message, code } = asRecord(body);
  const nested = asRecord(error);
  const status = `HTTP ${response.status} ${response.statusText}`.trim();
  return {
    message: textOf(error) ?? textOf(message) ?? textOf(nested.message) ?? `${context}: ${status}`,
    code: textOf(code) ?? textOf(nested.code),
  };
}

/** An error answer is a sentence; a longer body is a page that nobody reads to its end. */
const maxErrorLength = 1024 * 1024;

async function readJson(response: Response, limits: ReadBodyOptions | undefined): Promise<unknown> {
  if (!limits || !response.body) return response.json();
  const utf8 = new TextDecoder();
  let text = '';
  for await (const chunk of readBody(response.body, limits)) {
    text += utf8.decode(chunk, { stream: true });
    if (text.length > maxErrorLength) return undefined;
  }
  return JSON.parse(text + utf8.decode());
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
