/** A path of this console to go on at; an address made by somebody else leads to the start. */
export function safePath(next = '/'): string {
  return /^\/(?![/\\])/.test(next) ? next : '/';
}
