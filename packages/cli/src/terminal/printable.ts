/**
 * Text that may come from a model, a server or a file, for a terminal: nothing in it moves the cursor, changes the title or writes to the
 * clipboard. Line feeds, tabs and colours stay, other control characters go.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}(\[\d{1,2}m)?/gu, (found: string, color = '') => {
    const [control] = found;
    const isKept = control === '\n' || control === '\t' || (control === '\u001b' && color !== '');
    return isKept ? found : color;
  });
}
