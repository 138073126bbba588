/**
 * Copies a text. The clipboard of today is there on HTTPS and localhost alone; a server in a private network is often reached by plain
 * HTTP, where only what is selected can be copied.
 *
 * @returns false when the browser does not allow it.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const focused = document.activeElement;
  // Inside an open dialog, which does not let the focus out.
  const parent = focused?.parentElement ?? document.body;
  const holder = document.createElement('textarea');
  holder.value = text;
  holder.className = 'sr-only';
  parent.append(holder);
  holder.select();
  const isCopied = document.execCommand('copy');
  holder.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
