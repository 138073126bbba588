/** Names longer than this are no typing mistakes, and comparing them costs time. */
const longestName = 200;

/**
 * The candidate a wrong name was probably meant to be (protocol-language.md 7.3).
 *
 * Equal after lower-casing and dropping `_` and `-` wins; else the smallest Damerau-Levenshtein distance, at most 1 for names up to 4
 * characters, 2 up to 10, 3 above. Ties go to the earlier candidate.
 *
 * @returns the candidate, or `undefined` when none is near.
 */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length === 0 || name.length > longestName) return undefined;
  const known = [...candidates];
  const folded = fold(name);
  const same = known.find((candidate) => candidate !== name && fold(candidate) === folded);
  return same ?? nearest(name, known);
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

function nearest(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let limit = name.length <= 4 ? 1 : name.length <= 10 ? 2 : 3;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    const distance = editDistance(name, candidate, limit);
    if (distance > limit) continue;
    best = candidate;
    limit = distance - 1;
    if (limit < 1) break;
  }
  return best;
}

/** Damerau-Levenshtein distance of two names (adjacent letters may swap), or `limit + 1` as soon as it is known to be larger. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (isSame ? 0 : 1));
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return Math.min(last[b.length]!, limit + 1);
}
