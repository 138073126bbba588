import { ApiFailure } from '../failures.ts';
import type { Api } from './api.ts';

/** Requests that change nothing and that each needs one permission. */
const probes = [
  { permission: 'agents', method: 'POST', path: '/api/agents/validate', body: {} },
  { permission: 'sessions', method: 'GET', path: '/api/agent-sessions/none' },
  { permission: 'mint-tokens', method: 'POST', path: '/api/tokens/revoke', body: { token: 'none' } },
] as const;

/** What a server says to a request that it lets in and cannot carry out. */
const admitted: readonly number[] = [400, 404];

/**
 * What a key may do, found out by trying: there is no request that tells.
 *
 * @throws ApiFailure 401 for a key that the server does not know, and for any other answer that says nothing.
 */
export async function readKeyPermissions(api: Api): Promise<string[]> {
  const granted: string[] = [];
  for (const { permission, method, path, ...rest } of probes) {
    const isGranted = await api.request(method, path, rest).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof ApiFailure)) throw error;
        if (error.status !== 403 && !admitted.includes(error.status)) throw error;
        return error.status !== 403;
      },
    );
    if (isGranted) granted.push(permission);
  }
  return granted;
}
