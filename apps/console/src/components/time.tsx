const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment, in the reader's own time zone. */
export function Time({ at }: { readonly at: string | undefined }) {
  if (at === undefined) return <span className="text-muted">never</span>;
  return (
    <time dateTime={at} className="whitespace-nowrap">
      {absolute.format(new Date(at))}
    </time>
  );
}

/** A length of time, short: `350 ms`, `2.4 s`, `3 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}
