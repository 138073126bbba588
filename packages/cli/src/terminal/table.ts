import type { Output } from '../output.ts';
import { widthOf } from './width.ts';

/**
 * Prints rows under a header, as `list` does (cli.md 4.3): columns padded to their widths and joined by two blanks, nothing is cut off.
 *
 * @param options.noun what is counted below.
 */
export function printTable(
  output: Output,
  rows: readonly (readonly string[])[],
  {
    header,
    widths,
    noun,
  }: { readonly header: readonly string[]; readonly widths: readonly number[]; readonly noun: string },
): void {
  const toRow = (cells: readonly string[], paint = (text: string) => text) =>
    cells
      .map((cell, column) => paint(cell) + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
      .join('  ');
  output.line();
  output.line(toRow(header, output.style.bold));
  output.detail('─'.repeat(100));
  for (const row of rows) output.line(toRow(row));
  output.line();
  output.detail(`${rows.length} ${noun}(s)`);
}
