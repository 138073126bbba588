import { basename, extname, resolve } from 'node:path';
import { fileLimits } from '@octavus/core';
import { FileFailure } from '../failures.ts';
import type { LocalFile } from '../runs/conversation.ts';
import { findStats, readBytes } from './read-files.ts';

/** Media types by ending: those that models and the server know (http-api.md 7.1). */
const mediaTypes: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.mov': 'video/quicktime',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.ogg': 'audio/ogg',
  '.flac': 'audio/flac',
  '.pdf': 'application/pdf',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.json': 'application/json',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  '.zip': 'application/zip',
};

/**
 * Reads files to upload.
 *
 * @throws FileFailure for one that is missing, empty, or larger than the server takes.
 */
export function readLocalFiles(paths: readonly string[], cwd: string): LocalFile[] {
  return paths.map((path) => readLocalFile(resolve(cwd, path)));
}

function readLocalFile(path: string): LocalFile {
  const stats = findStats(path);
  if (!stats) throw new FileFailure(`File not found: ${path}`);
  if (!stats.isFile()) throw new FileFailure(`Not a file: ${path}`);
  if (stats.size === 0) throw new FileFailure('The file is empty', path);
  if (stats.size > fileLimits.fileBytes) {
    throw new FileFailure(`The file is larger than ${fileLimits.fileBytes / 1024 / 1024} MiB`, path);
  }
  const mediaType = mediaTypes[extname(path).toLowerCase()] ?? 'application/octet-stream';
  return { filename: basename(path), mediaType, bytes: readBytes(path) };
}
