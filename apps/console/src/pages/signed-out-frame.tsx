import type { ReactNode } from 'react';

/** The frame of pages for people who are not signed in. */
export function SignedOutFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="mx-auto mt-[10vh] max-w-md p-4">
      <title>{`${title} · Octavus`}</title>
      <p className="mb-2 text-center text-muted">Octavus</p>
      <div className="rounded-lg border border-line bg-surface p-6">
        <h1 className="mb-4 text-xl font-semibold">{title}</h1>
        {children}
      </div>
    </main>
  );
}
