import type { SkillMatter } from '@octavus/core';

/** An uploaded skill, without its files (http-api.md 10). */
export interface Skill {
  readonly id: string;
  readonly projectId: string;
  /** Unique in the project. */
  readonly slug: string;
  readonly visibility: string;
  /** What the front matter of its SKILL.md says. */
  readonly matter: SkillMatter;
  readonly fileCount: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Skills {
  /**
   * Stores a skill with its archive; one of the same slug gets the new content and keeps its id, its secrets and the time it was created.
   *
   * @returns the skill as it is stored.
   */
  save(skill: Skill, archive: Uint8Array): Promise<Skill>;
  /** By slug. */
  list(projectId: string): Promise<Skill[]>;
  find(projectId: string, skillId: string): Promise<Skill | undefined>;
  findBySlug(projectId: string, slug: string): Promise<Skill | undefined>;
  /** The ZIP as it was uploaded. */
  readArchive(skillId: string): Promise<Uint8Array | undefined>;
  /** Sets sealed values by name; `null` removes. Others stay. */
  setSecrets(skillId: string, secrets: ReadonlyMap<string, string | null>, at: number): Promise<void>;
  /** Sealed values by name. */
  readSecrets(skillId: string): Promise<ReadonlyMap<string, string>>;
}
