import { extensionForMediaType } from '@octavus/core';

/** What models write into files beside media; the SDK's own function leaves them `bin`. */
const texts: ReadonlyMap<string, string> = new Map([
  ['application/json', 'json'],
  ['text/plain', 'txt'],
  ['text/markdown', 'md'],
  ['text/csv', 'csv'],
]);

/** File name extension of what a model made, `bin` when the type has none that we know. */
export function fileExtension(mediaType: string): string {
  return texts.get(mediaType) ?? extensionForMediaType(mediaType);
}
