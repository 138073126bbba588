import type { FileReference } from '@octavus/core';
import { addFiles } from '../execution/add-files.ts';
import type { Run } from '../execution/run.ts';
import type { FilePart } from '../state/message.ts';
import type { PendingCall } from '../state/position.ts';

export interface ResultFiles {
  readonly call: PendingCall;
  readonly files: readonly FileReference[];
  readonly thread: string;
  /** The block tells of files, live. */
  readonly isAnnounced: boolean;
  /** People find the turn in the conversation. */
  readonly isKept: boolean;
  append(parts: readonly FilePart[]): unknown;
}

/** Files of a tool result become file parts, seen where their tool is, and are announced (runtime-semantics.md 7). */
export function addResultFiles(run: Run, { call, files, thread, isAnnounced, isKept, append }: ResultFiles): void {
  const isShown = call.display !== 'hidden';
  const { toolCallId } = call;
  addFiles(run, {
    files: files.map((file) => ({ ...file, toolCallId })),
    thread,
    isVisible: isShown && isKept,
    isAnnounced: isShown && isAnnounced,
    append,
  });
}
