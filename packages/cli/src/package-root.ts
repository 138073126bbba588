/** Folder of the package: this file lies one level below it, in `src` and in `dist` alike. */
export const packageRoot = new URL('../', import.meta.url);
