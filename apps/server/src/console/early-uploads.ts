import type { UploadUrlsBody, UploadUrlsResponse } from '@octavus/core';
import type { FileService } from '../files/files.ts';
import { findReferences } from '../files/references.ts';
import { newSession } from '../sessions/new-session.ts';
import type { Agent, Storage } from '../storage/storage.ts';

interface EarlyUploadParts {
  readonly storage: Pick<Storage, 'sessions' | 'files'>;
  readonly files: Pick<FileService, 'createUploads'>;
  readonly ids: { resource(): string };
  readonly clock: { now(): number };
}

/**
 * Uploads for the input of a session or run that is about to begin: they must be there before it is, and each file belongs to a
 * session. What it does not take over goes with the one that held it, when that has expired.
 */
export async function createEarlyUploads(
  agent: Pick<Agent, 'id' | 'projectId'>,
  uploads: UploadUrlsBody['files'],
  { storage, files, ids, clock }: EarlyUploadParts,
): Promise<UploadUrlsResponse> {
  const opening = { input: {}, opening: { variables: {}, resources: {} } };
  const holder = newSession(agent, opening, { id: ids.resource(), kind: 'upload', now: clock.now() });
  await storage.sessions.create(holder);
  return files.createUploads(agent.projectId, { sessionId: holder.id, files: uploads });
}

/** The files of its input become those of the session that began with them. */
export async function adoptEarlyUploads(
  { sessionId, input }: { readonly sessionId: string; readonly input: unknown },
  { storage }: Pick<EarlyUploadParts, 'storage'>,
): Promise<void> {
  const fileIds = findReferences(input, 'input').map(({ reference }) => reference.id);
  await storage.files.adopt(fileIds, sessionId);
}
