import { EmptyState } from '../components/layout.tsx';

export function NotFoundPage() {
  return (
    <main className="p-6">
      <title>Not found · Octavus</title>
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        title="There is no such page"
        action={
          <a className="underline" href="/">
            To the start
          </a>
        }
      >
        The address may be mistyped, what it named may be gone, or you are not a member of its project.
      </EmptyState>
    </main>
  );
}
