import type { Connection } from '../connection.ts';
import { refuseDuplicates } from '../errors.ts';
import type { ProjectsTable } from '../schema.ts';
import type { Project, Projects } from '../storage.ts';

const columns = ['id', 'slug', 'name', 'created_at'] as const;

export function projectsRepository({ read, write }: Connection): Projects {
  return {
    async create({ id, slug, name, createdAt }) {
      const insert = write.insertInto('projects').values({ id, slug, name, created_at: createdAt });
      await refuseDuplicates(`A project with the slug "${slug}"`, () => insert.execute());
    },
    async list() {
      const rows = await read.selectFrom('projects').select(columns).orderBy('slug').execute();
      return rows.map(toProject);
    },
    async findBySlug(slug) {
      const row = await read.selectFrom('projects').select(columns).where('slug', '=', slug).executeTakeFirst();
      return row && toProject(row);
    },
  };
}

function toProject({ id, slug, name, created_at }: ProjectsTable): Project {
  return { id, slug, name, createdAt: created_at };
}
