import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';

/** A page: its title, what can be done on it, and what is on it. */
export function Page({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <>
      <title>{`${title} · Octavus`}</title>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-3">
        <h1 className="min-w-0 text-2xl font-semibold break-words">{title}</h1>
        <div className="flex flex-wrap gap-2">{actions}</div>
      </div>
      {children}
    </>
  );
}

export function Card({ title, children }: { readonly title?: string; readonly children: ReactNode }) {
  return (
    <section className="mb-6 rounded-lg border border-line bg-surface p-4">
      {title !== undefined && <h2 className="mb-3 text-lg font-semibold">{title}</h2>}
      {children}
    </section>
  );
}

/** What stands where nothing is yet: says what it is for and what comes next. */
export function EmptyState({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="rounded-lg border border-dashed border-line bg-surface p-8 text-center">
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="mx-auto mt-2 mb-4 max-w-prose text-muted">{children}</p>
      {action}
    </div>
  );
}

/** A table that scrolls by itself where the page is narrow; an empty column heading stands over buttons. */
export function Table({
  label,
  columns,
  children,
}: {
  readonly label: string;
  readonly columns: readonly string[];
  readonly children: ReactNode;
}) {
  return (
    <section
      aria-label={label}
      tabIndex={0}
      className="relative overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full text-left text-sm">
        <thead className="border-b border-line bg-raised">
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="px-3 py-2 font-medium whitespace-nowrap">
                {column === '' ? <span className="sr-only">Actions</span> : column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line [&_td]:px-3 [&_td]:py-2">{children}</tbody>
      </table>
    </section>
  );
}

const tones = { plain: 'text-muted', good: 'text-good', warn: 'text-warn', bad: 'text-danger' } as const;

export function Badge({
  tone = 'plain',
  children,
}: {
  readonly tone?: keyof typeof tones;
  readonly children: ReactNode;
}) {
  return (
    <span className={`rounded-full border border-current px-2 py-0.5 text-xs whitespace-nowrap ${tones[tone]}`}>
      {children}
    </span>
  );
}

interface UnreadProps {
  /** Of the page. */
  readonly title: string;
  /** As in "Loading the session…". */
  readonly what: string;
  readonly read: { readonly error: Error | null; readonly refetch: () => unknown };
  /** A way to where it would be found. */
  readonly back: ReactNode;
}

/** Stands for a page until what it is about was read. */
export function Unread({ title, what, read: { error, refetch }, back }: UnreadProps) {
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <Page title={title} actions={back}>
      {!error && <Loading what={what} />}
      {error && !isGone && <ErrorNote error={error} onRetry={() => refetch()} />}
      {isGone && (
        <EmptyState title={error.message}>
          The address may be mistyped, or what it names belongs to another project: switch to it, or look in the list.
        </EmptyState>
      )}
    </Page>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <p role="status" className="py-8 text-center text-muted">
      Loading {what}…
    </p>
  );
}

/** What went wrong, and a way on. */
export function ErrorNote({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div role="alert" className="mb-4 rounded-md border border-danger bg-surface p-3 text-danger">
      {message}
      {onRetry && (
        <button type="button" className="ml-3 underline" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
