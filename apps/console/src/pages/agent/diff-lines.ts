import { diffLines as diff } from 'diff';

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** The lines of both texts in the order of a patch. */
export function diffLines(before: string, after: string): DiffLine[] {
  return diff(before, after).flatMap(({ value, added, removed }) => {
    const kind = added ? 'added' : removed ? 'removed' : 'same';
    const lines = value.replace(/\n$/, '').split('\n');
    return lines.map((text) => ({ kind, text }) as const);
  });
}
