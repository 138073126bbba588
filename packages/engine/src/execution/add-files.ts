import type { FilePart } from '../state/message.ts';
import type { Run } from './run.ts';

export interface AddedFiles {
  readonly files: readonly FilePart['file'][];
  readonly thread: string;
  /** People find them in the conversation. */
  readonly isVisible: boolean;
  /** The block tells of files, live. */
  readonly isAnnounced: boolean;
  append(parts: readonly FilePart[]): unknown;
}

/** Stored files become file parts of a message and are announced after that (stream-events.md 3.4). */
export function addFiles(run: Run, { files, thread, isVisible, isAnnounced, append }: AddedFiles): void {
  append(files.map((file) => ({ type: 'file', visible: isVisible, ...(thread !== 'main' && { thread }), file })));
  if (isAnnounced) for (const file of files) announceFile(run, file);
}

/** Tells of a file that is stored. */
export function announceFile(run: Run, { id, mediaType, url, filename, size, toolCallId }: FilePart['file']): void {
  run.event({
    type: 'file-available',
    id,
    mediaType,
    url,
    ...(filename !== undefined && { filename }),
    ...(size !== undefined && { size }),
    ...(toolCallId !== undefined && { toolCallId }),
  });
}
