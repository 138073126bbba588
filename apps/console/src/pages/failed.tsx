import { ErrorNote } from '../components/layout.tsx';

/** What stands in place of a page that could not be made at all. */
export function FailedPage({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  return (
    <main className="mx-auto max-w-2xl p-6">
      <title>Something went wrong · Octavus</title>
      <h1 className="mb-4 text-2xl font-semibold">Something went wrong</h1>
      <ErrorNote error={error} onRetry={reset} />
      <a className="underline" href="/">
        To the start
      </a>
    </main>
  );
}
