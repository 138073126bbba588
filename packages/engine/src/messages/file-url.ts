import type { FileInfo } from '@octavus/core';

/** How messages leave the engine. */
export interface MessageOptions {
  /** The address a reader gets for a file: signed anew for ours. Default: the stored one. */
  readonly fileUrl?: (file: FileInfo) => string;
}

export function withFreshUrl(file: FileInfo, options: MessageOptions): FileInfo {
  return options.fileUrl ? { ...file, url: options.fileUrl(file) } : file;
}
