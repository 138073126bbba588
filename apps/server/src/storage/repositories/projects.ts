import type { Connection } from '../connection.ts';
import { refuseDuplicates } from '../errors.ts';
import type { ProjectsTable } from '../schema.ts';
import type { Project, Projects } from '../storage.ts';

const columns = ['id', 'slug', 'name', 'created_at'] as const;

export function projectsRepository({ read, write, transaction }: Connection): Projects {
  return {
    async create({ id, slug, name, createdAt }, { ownerId } = {}) {
      await refuseDuplicates(`A project with the slug "${slug}"`, () =>
        transaction(async (db) => {
          await db
            .insertInto('projects')
            .values({ id, slug, name, created_at: createdAt, archived_at: null })
            .execute();
          if (ownerId === undefined) return;
          const owner = { project_id: id, account_id: ownerId, role: 'owner' as const, created_at: createdAt };
          await db.insertInto('memberships').values(owner).execute();
        }),
      );
    },
    async find(projectId) {
      const query = read.selectFrom('projects').select(columns).where('id', '=', projectId);
      const row = await query.where('archived_at', 'is', null).executeTakeFirst();
      return row && toProject(row);
    },
    async list() {
      const rows = await read
        .selectFrom('projects')
        .select(columns)
        .where('archived_at', 'is', null)
        .orderBy('slug')
        .execute();
      return rows.map(toProject);
    },
    async findBySlug(slug) {
      const row = await read
        .selectFrom('projects')
        .select(columns)
        .where('slug', '=', slug)
        .where('archived_at', 'is', null)
        .executeTakeFirst();
      return row && toProject(row);
    },
    async rename(projectId, name) {
      const update = write
        .updateTable('projects')
        .set({ name })
        .where('id', '=', projectId)
        .where('archived_at', 'is', null);
      return (await update.executeTakeFirst()).numUpdatedRows > 0n;
    },
    archive: (projectId, at) =>
      transaction(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable('projects')
          .set({ archived_at: at })
          .where('id', '=', projectId)
          .where('archived_at', 'is', null)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await db
          .updateTable('api_keys')
          .set({ revoked_at: at })
          .where('project_id', '=', projectId)
          .where('revoked_at', 'is', null)
          .execute();
        await db.updateTable('identity_providers').set({ enabled: 0 }).where('project_id', '=', projectId).execute();
        await db.deleteFrom('links').where('project_id', '=', projectId).execute();
        return true;
      }),
  };
}

function toProject({ id, slug, name, created_at }: Omit<ProjectsTable, 'archived_at'>): Project {
  return { id, slug, name, createdAt: created_at };
}
