import { ApiFailure, type Finding } from '../failures.ts';

/**
 * The JSON of an answer.
 *
 * @throws ApiFailure for any status but 2xx, and for an answer that is not JSON.
 */
export async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  const body = isJson(response) ? parse(text) : undefined;
  if (response.ok && body !== undefined) return body;
  throw toFailure(response, body);
}

/** The failure that an answer tells of. @param wanted what was asked for, for an answer that is none */
export async function readFailure(response: Response, wanted = 'JSON'): Promise<ApiFailure> {
  const text = await response.text().catch(() => '');
  return toFailure(response, isJson(response) ? parse(text) : undefined, wanted);
}

function toFailure({ status, ok, headers }: Response, body: unknown, wanted = 'JSON'): ApiFailure {
  if (ok) {
    const type = headers.get('content-type') ?? 'no content type';
    return new ApiFailure(
      `The server answered ${type} instead of ${wanted}. Is the address that of an Octavus server?`,
      {
        status,
      },
    );
  }
  const { message, code, issues } = describe(body);
  return new ApiFailure(message ?? describeStatus(status, headers), {
    status,
    ...(code !== undefined && { apiCode: code }),
    issues,
  });
}

function describeStatus(status: number, headers: Headers): string {
  const place = status >= 300 && status < 400 ? headers.get('location') : null;
  if (place !== null)
    return `The server sends requests on to ${place}: set its address with --api-url or OCTAVUS_API_URL`;
  return `Request failed with status ${status}`;
}

interface ErrorFields {
  readonly message?: string;
  readonly code?: string;
  readonly issues?: readonly Finding[];
}

/** Both shapes of an error: flat `{ error, code }` and nested `{ error: { message, code } }` (http-api.md 3.1). */
function describe(body: unknown): ErrorFields {
  if (!isRecord(body)) return {};
  const fields = isRecord(body.error) ? body.error : body;
  const message = isRecord(body.error) ? body.error.message : (body.error ?? body.message);
  return {
    ...(typeof message === 'string' && message !== '' && { message }),
    ...(typeof fields.code === 'string' && { code: fields.code }),
    issues: Array.isArray(fields.issues) ? fields.issues.filter(isFinding) : [],
  };
}

function isFinding(value: unknown): value is Finding {
  return isRecord(value) && typeof value.message === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isJson({ headers }: Response): boolean {
  return headers.get('content-type')?.includes('application/json') ?? false;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
