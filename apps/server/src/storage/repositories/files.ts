import { type Kysely, sql } from 'kysely';
import type { Connection } from '../connection.ts';
import { isStorable } from '../errors.ts';
import { type ParameterOf, prepareQuery } from '../query-template.ts';
import type { Database, FilesTable, SessionsTable } from '../schema.ts';
import type { DueFile, Files, StoredFile } from '../storage.ts';

const columns = [
  'files.id',
  'files.project_id',
  'files.session_id',
  'files.filename',
  'files.media_type',
  'files.size_bytes',
  'files.created_at',
  'files.uploaded_at',
  'files.check_at',
] as const;

/** Ids in one query of `findMany`; a fixed number, so that its text is one and the same. */
const idsPerQuery = 32;

type DueRow = FilesTable &
  Pick<SessionsTable, 'kind' | 'status' | 'execution_id' | 'execution_status' | 'updated_at' | 'last_activity_at'>;

export function filesRepository({ read, write, transaction }: Connection): Files {
  const findFile = prepareQuery<{ id: string }, FilesTable>(read, (parameter) =>
    read.selectFrom('files').select(columns).where('id', '=', parameter('id')),
  );
  const findSome = prepareQuery(read, someQuery(read));
  return {
    async create(files) {
      const [first] = files;
      if (!first) return;
      await transaction(async (db) => {
        await db.insertInto('files').values(files.map(toRow)).execute();
        await db
          .updateTable('sessions')
          .set({ last_activity_at: first.createdAt })
          .where('id', '=', first.sessionId)
          .where('last_activity_at', '<', first.createdAt)
          .execute();
      });
    },
    async adopt(fileIds, sessionId) {
      if (fileIds.length === 0) return;
      await write
        .updateTable('files')
        .set({ session_id: sessionId })
        .where('id', 'in', fileIds)
        .where('session_id', 'in', (sessions) =>
          sessions.selectFrom('sessions').select('id').where('kind', '=', sql.lit('upload')),
        )
        // In another project the id of a session is worth nothing.
        .where('project_id', '=', (sessions) =>
          sessions.selectFrom('sessions').select('project_id').where('id', '=', sessionId),
        )
        .execute();
    },
    async find(fileId) {
      if (!isStorable(fileId)) return undefined;
      const { rows } = await findFile({ id: fileId });
      return rows[0] && toFile(rows[0]);
    },
    async findMany(projectId, fileIds) {
      const found: StoredFile[] = [];
      for (let start = 0; start < fileIds.length; start += idsPerQuery) {
        const { rows } = await findSome(someParameters(projectId, fileIds.slice(start, start + idsPerQuery)));
        found.push(...rows.map(toFile));
      }
      return found;
    },
    async markUploaded(fileId, { at, checkAt }) {
      const update = write
        .updateTable('files')
        .set(({ fn, val }) => ({ uploaded_at: fn.coalesce('uploaded_at', val(at)), check_at: checkAt }))
        .where('id', '=', fileId);
      return (await update.executeTakeFirst()).numUpdatedRows > 0n;
    },
    async listDue(now, limit) {
      const rows = await read
        .selectFrom('files')
        .innerJoin('sessions', 'sessions.id', 'files.session_id')
        .select([
          ...columns,
          'sessions.kind',
          'sessions.status',
          'sessions.execution_id',
          'sessions.execution_status',
          'sessions.updated_at',
          'sessions.last_activity_at',
        ])
        .where('files.check_at', '<=', now)
        .orderBy('files.check_at')
        .orderBy('files.id')
        .limit(limit)
        .execute();
      return rows.map(toDueFile);
    },
    async postpone(files) {
      if (files.length === 0) return;
      await transaction(async (db) => {
        for (const { id, checkAt } of files) {
          await db.updateTable('files').set({ check_at: checkAt }).where('id', '=', id).execute();
        }
      });
    },
    async remove(fileIds) {
      if (fileIds.length === 0) return;
      await transaction(async (db) => {
        for (const id of fileIds) await db.deleteFrom('files').where('id', '=', id).execute();
      });
    },
  };
}

type SomeParameters = { projectId: string } & Record<`id${number}`, string>;

function someQuery(db: Kysely<Database>) {
  return (parameter: ParameterOf<SomeParameters>) =>
    db
      .selectFrom('files')
      .select(columns)
      .where('project_id', '=', parameter('projectId'))
      .where(
        'id',
        'in',
        Array.from({ length: idsPerQuery }, (_, index) => parameter(`id${index}`)),
      );
}

/** Fewer ids than places: the last one is named again. */
function someParameters(projectId: string, ids: readonly string[]): SomeParameters {
  const places = Array.from({ length: idsPerQuery }, (_, index) => [`id${index}`, ids[index] ?? ids.at(-1)]);
  return { projectId, ...Object.fromEntries(places) };
}

function toRow(file: StoredFile): FilesTable {
  return {
    id: file.id,
    project_id: file.projectId,
    session_id: file.sessionId,
    filename: file.filename,
    media_type: file.mediaType,
    size_bytes: file.sizeBytes,
    created_at: file.createdAt,
    uploaded_at: file.uploadedAt ?? null,
    check_at: file.checkAt,
  };
}

function toFile(row: FilesTable): StoredFile {
  return {
    id: row.id,
    projectId: row.project_id,
    sessionId: row.session_id,
    filename: row.filename,
    mediaType: row.media_type,
    sizeBytes: row.size_bytes,
    createdAt: row.created_at,
    uploadedAt: row.uploaded_at ?? undefined,
    checkAt: row.check_at,
  };
}

function toDueFile(row: DueRow): DueFile {
  const { execution_id: executionId, execution_status: status } = row;
  return {
    ...toFile(row),
    session: {
      kind: row.kind,
      status: row.status,
      execution: executionId !== null && status !== null ? { executionId, status } : undefined,
      updatedAt: row.updated_at,
      lastActivityAt: row.last_activity_at,
    },
  };
}
