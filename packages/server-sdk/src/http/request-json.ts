import type { z } from 'zod';
import type { ApiConfig } from '../config.ts';
import { timerMs } from './abortable.ts';
import { ApiError } from './api-error.ts';
import { readAnswerError } from './error-body.ts';

export interface JsonRequest<Schema extends z.ZodType> {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the base URL, ids already encoded. */
  path: string;
  /** Sent as JSON; undefined keys are left out. */
  body?: unknown;
  /** Shape of a 2xx answer. */
  schema: Schema;
  /** Such as `Failed to list agents`, for answers that say nothing. */
  context: string;
}

/**
 * One request without retries.
 *
 * @throws ApiError for a status other than 2xx; ZodError for an answer of another shape; what `fetch` and reading JSON throw.
 */
export async function requestJson<Schema extends z.ZodType>(
  config: ApiConfig,
  request: JsonRequest<Schema>,
): Promise<z.output<Schema>> {
  const { fetch = globalThis.fetch, timeoutMs } = config;
  const response = await fetch(`${config.baseUrl}${request.path}`, {
    method: request.method,
    headers: await config.getHeaders(),
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    ...(timeoutMs !== undefined && { signal: AbortSignal.timeout(timerMs(timeoutMs)) }),
  });
  if (!response.ok) {
    const { message, code } = await readAnswerError(response, request.context);
    throw new ApiError(message, response.status, code);
  }
  return request.schema.parse(await response.json());
}

/** An id as a segment of a path. */
export const segment = encodeURIComponent;
