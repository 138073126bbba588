/** What bundlers put in place of `process.env.NODE_ENV`; a page without one has no `process` at all. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** Whether this is the build that users get, where hints for programmers would only be noise. */
export function isProduction(): boolean {
  try {
    return process.env.NODE_ENV === 'production';
  } catch {
    return false;
  }
}
