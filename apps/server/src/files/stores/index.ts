import type { FileStore } from './store.ts';

/** The stores, by the scheme of `OCTAVUS_FILES_URL`. A store's library is loaded when it is configured, not before. */
const openers = {
  file: async (url) => (await import('./disk.ts')).openDiskStore(url),
  s3: async (url) => (await import('./s3.ts')).openS3Store(url),
} as const satisfies Readonly<Record<string, (url: string) => Promise<FileStore>>>;

/**
 * Opens the store that `OCTAVUS_FILES_URL` names.
 *
 * @throws StartError with a sentence for the operator.
 */
export function openFileStore(url: string): Promise<FileStore> {
  return openers[url.startsWith('s3:') ? 's3' : 'file'](url);
}
