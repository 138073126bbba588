import type { JsonRouteName, Me } from '@octavus/console-api';
import { keepPreviousData, MutationCache, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import { ApiError, type CallOptions, call } from './client.ts';

type GetRoute = Extract<JsonRouteName, `GET ${string}`>;

/** A query for a route that only reads. Its key begins with the route, so that a change can make all of them stale. */
export function query<Name extends GetRoute>(name: Name, options: CallOptions<Name>) {
  return queryOptions({
    queryKey: [name, options] as const,
    queryFn: ({ signal }) => call(name, { ...options, signal }),
    placeholderData: keepPreviousData,
  });
}

export const meQuery = queryOptions({
  queryKey: ['GET /console/api/me'],
  queryFn: async (): Promise<Me | null> => {
    try {
      return await call('GET /console/api/me', {});
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** Who is signed in is asked again after an answer that may mean that it is nobody, or somebody with another role. */
export function noticeStatus(status: number): void {
  if ([401, 403, 404].includes(status)) void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
}

const onError = (error: unknown) => {
  if (error instanceof ApiError) noticeStatus(error.status);
};

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // Only what may pass by itself is worth another try.
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      staleTime: 5_000,
    },
  },
});

/** Reads again everything that was read through one of the routes. */
export function refresh(...names: readonly GetRoute[]): Promise<unknown> {
  return Promise.all(names.map((name) => queryClient.invalidateQueries({ queryKey: [name] })));
}
