const ids = String.raw`\[(?:http|sse|sdk|chat|react|cli|rt|proto)(?:\.[a-z0-9-]+)+\]`;
const start = new RegExp(`['"\`]((?:${ids} ?)+)`, 'g');
const skipped = new RegExp(String.raw`\.(?:skip|todo|fails)\(\s*['"\`](${ids})`, 'g');

/** The clause ids at the start of the strings of a test file: `test('[rt.abort] …')`. */
export function idsOfTitles(source: string): ReadonlySet<string> {
  const titles = [...source.matchAll(start)].map(([, found = '']) => found);
  return new Set(titles.flatMap((title) => title.match(new RegExp(ids, 'g')) ?? []).map((id) => id.slice(1, -1)));
}

/** Clause ids of tests that are switched off. */
export function skippedTitles(source: string): readonly string[] {
  return [...source.matchAll(skipped)].map(([, id = '']) => id);
}
