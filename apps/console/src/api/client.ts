import {
  type BodyInputOf,
  consoleRequestHeader,
  type JsonRouteName,
  type ParamsOf,
  type QueryInputOf,
  type ResponseOf,
  type RouteName,
} from '@octavus/console-api';

/** What an answer outside 2xx says; status 0: there was none. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly issues: readonly ApiIssue[];

  constructor(status: number, { code, message, issues = [] }: ErrorBody) {
    super(message);
    this.status = status;
    this.code = code;
    this.issues = issues;
  }
}

/** One thing wrong with a request; those of an agent definition have their place in its files. */
export interface ApiIssue {
  readonly path: string;
  readonly message: string;
  readonly code?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly ApiIssue[];
}

/** What a route wants: the parameters of its path, a query and a body where it has them. */
export type CallOptions<Name extends RouteName> = ([keyof ParamsOf<Name>] extends [never]
  ? { params?: undefined }
  : { params: ParamsOf<Name> }) &
  (QueryInputOf<Name> extends undefined ? { query?: undefined } : { query?: QueryInputOf<Name> }) &
  (BodyInputOf<Name> extends undefined ? { body?: undefined } : { body: BodyInputOf<Name> }) & { signal?: AbortSignal };

/** Calls a route of the contract. @throws ApiError */
export async function call<Name extends JsonRouteName>(
  name: Name,
  options: CallOptions<Name>,
): Promise<ResponseOf<Name>> {
  const response = await send(name, options as CallOptions<RouteName>);
  if (response.ok) return (await response.json()) as ResponseOf<Name>;
  throw await toApiError(response);
}

/** As `call`, with the answer as it comes: for event streams. @throws ApiError when the server cannot be reached */
export async function send(name: RouteName, options: CallOptions<RouteName>): Promise<Response> {
  const { body, signal } = options as { body?: unknown; signal?: AbortSignal };
  const [method = 'GET'] = name.split(' ');
  const request = {
    method,
    ...(signal && { signal }),
    headers: {
      ...(method !== 'GET' && { [consoleRequestHeader]: '1' }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  try {
    return await fetch(addressOf(name, options), request);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, { code: 'UNREACHABLE', message: unreachable });
  }
}

const unreachable = 'The server does not answer. See that it runs and that you are online, then try again.';

/** The address of a route, for links that the browser follows itself. */
export function addressOf(name: RouteName, options: CallOptions<RouteName>): string {
  const { params = {}, query = {} } = options as { params?: Record<string, string>; query?: Record<string, unknown> };
  const [, pattern = ''] = name.split(' ');
  const path = pattern.replaceAll(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, String(value));
  }
  return search.size > 0 ? `${path}?${search}` : path;
}

async function toApiError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => undefined)) as { error?: ErrorBody } | undefined;
  const hint = 'Try again in a moment; if it stays so, an operator finds more in the log of the server.';
  const unknown = { code: 'UNKNOWN', message: `The server answered with status ${response.status}. ${hint}` };
  return new ApiError(response.status, body?.error ?? unknown);
}
