import type { Connection } from '../connection.ts';
import type { SkillsTable } from '../schema.ts';
import type { Skill, Skills } from '../skills.ts';

/** Not the archive: it is read on its own. */
const columns = [
  'id',
  'project_id',
  'slug',
  'visibility',
  'matter',
  'file_count',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof SkillsTable)[];

type SkillRow = Pick<SkillsTable, (typeof columns)[number]>;

export function skillsRepository({ read, write, transaction }: Connection): Skills {
  const skillsOf = (projectId: string) => read.selectFrom('skills').select(columns).where('project_id', '=', projectId);
  return {
    async save(skill, archive) {
      const row = { ...toRow(skill), archive };
      const { visibility, matter, file_count, updated_at } = row;
      const stored = await write
        .insertInto('skills')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['project_id', 'slug']).doUpdateSet({ visibility, matter, file_count, updated_at, archive }),
        )
        .returning(columns)
        .executeTakeFirstOrThrow();
      return toSkill(stored);
    },
    async list(projectId) {
      return (await skillsOf(projectId).orderBy('slug').execute()).map(toSkill);
    },
    async find(projectId, skillId) {
      const row = await skillsOf(projectId).where('id', '=', skillId).executeTakeFirst();
      return row && toSkill(row);
    },
    async findBySlug(projectId, slug) {
      const row = await skillsOf(projectId).where('slug', '=', slug).executeTakeFirst();
      return row && toSkill(row);
    },
    async readArchive(skillId) {
      const row = await read.selectFrom('skills').select('archive').where('id', '=', skillId).executeTakeFirst();
      return row?.archive;
    },
    async setSecrets(skillId, secrets, at) {
      // In one order, so that two requests cannot wait for each other in a circle.
      const changes = [...secrets].sort(([one], [other]) => (one < other ? -1 : 1));
      await transaction(async (db) => {
        for (const [name, value] of changes) {
          if (value === null) {
            await db.deleteFrom('skill_secrets').where('skill_id', '=', skillId).where('name', '=', name).execute();
            continue;
          }
          const changed = { value, updated_at: at };
          await db
            .insertInto('skill_secrets')
            .values({ skill_id: skillId, name, ...changed })
            .onConflict((conflict) => conflict.columns(['skill_id', 'name']).doUpdateSet(changed))
            .execute();
        }
      });
    },
    async readSecrets(skillId) {
      const rows = await read
        .selectFrom('skill_secrets')
        .select(['name', 'value'])
        .where('skill_id', '=', skillId)
        .orderBy('name')
        .execute();
      return new Map(rows.map(({ name, value }) => [name, value]));
    },
  };
}

function toRow(skill: Skill): SkillRow {
  return {
    id: skill.id,
    project_id: skill.projectId,
    slug: skill.slug,
    visibility: skill.visibility,
    matter: JSON.stringify(skill.matter),
    file_count: skill.fileCount,
    created_at: skill.createdAt,
    updated_at: skill.updatedAt,
  };
}

function toSkill(row: SkillRow): Skill {
  return {
    id: row.id,
    projectId: row.project_id,
    slug: row.slug,
    visibility: row.visibility,
    matter: JSON.parse(row.matter),
    fileCount: row.file_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
