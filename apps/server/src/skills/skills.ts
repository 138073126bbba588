import {
  type ListSkillsResponse,
  OctavusError,
  type SkillSecretsBody,
  type SkillSecretsResponse,
  type SkillSummary,
  type UploadSkillResponse,
} from '@octavus/core';
import type { Clock, Ids } from '@octavus/engine';
import { toIsoTime } from '../iso-time.ts';
import { createSealer } from '../sealer.ts';
import type { Skill } from '../storage/skills.ts';
import type { Storage } from '../storage/storage.ts';
import { readSkillArchive } from './read-archive.ts';

/** Skills and their secrets (http-api.md 10). They are known inside their project only. */
export interface SkillService {
  /**
   * Stores a skill; one of the same slug gets the new content and keeps its id and secrets.
   *
   * @param archive ZIP.
   * @throws OctavusError VALIDATION_ERROR, PAYLOAD_TOO_LARGE; then nothing has changed
   */
  upload(projectId: string, archive: Buffer, options: { readonly visibility: string }): Promise<UploadSkillResponse>;
  list(projectId: string): Promise<ListSkillsResponse>;
  /** The archive as it was uploaded. @throws OctavusError NOT_FOUND */
  download(
    projectId: string,
    key: string,
    by: 'id' | 'slug',
  ): Promise<{ readonly slug: string; readonly archive: Uint8Array }>;
  /** Sets and removes secrets. @throws OctavusError NOT_FOUND */
  setSecrets(projectId: string, skillId: string, body: SkillSecretsBody): Promise<SkillSecretsResponse>;
  /** Values by name, for whoever runs the skill. */
  readSecrets(skillId: string): Promise<Readonly<Record<string, string>>>;
}

export interface SkillServiceOptions {
  readonly skills: Storage['skills'];
  /** 32 bytes: secrets are encrypted where they lie. */
  readonly encryptionKey: Uint8Array;
  readonly ids: Ids;
  readonly clock: Clock;
}

export function createSkillService({ skills, encryptionKey, ids, clock }: SkillServiceOptions): SkillService {
  const sealer = createSealer(encryptionKey);

  async function get(projectId: string, key: string, by: 'id' | 'slug'): Promise<Skill> {
    const skill = by === 'slug' ? await skills.findBySlug(projectId, key) : await skills.find(projectId, key);
    if (!skill) throw new OctavusError('NOT_FOUND', { resource: 'Skill' });
    return skill;
  }

  return {
    upload: async (projectId, archive, { visibility }) => {
      const { matter, fileCount } = readSkillArchive(archive);
      const now = clock.now();
      const fresh = { id: ids.resource(), projectId, slug: matter.name, visibility, matter, fileCount };
      const { id, slug } = await skills.save({ ...fresh, createdAt: now, updatedAt: now }, archive);
      return { skillId: id, slug, created: id === fresh.id };
    },

    list: async (projectId) => ({ skills: (await skills.list(projectId)).map(toSummary) }),

    download: async (projectId, key, by) => {
      const { id, slug } = await get(projectId, key, by);
      const archive = await skills.readArchive(id);
      if (!archive) throw new OctavusError('NOT_FOUND', { resource: 'Skill' });
      return { slug, archive };
    },

    setSecrets: async (projectId, skillId, { secrets }) => {
      const { id } = await get(projectId, skillId, 'id');
      const sealed = Object.entries(secrets).map(
        ([name, value]) => [name, value === null ? null : sealer.seal(value, contextOf(id, name))] as const,
      );
      await skills.setSecrets(id, new Map(sealed), clock.now());
      return { updated: Object.keys(secrets) };
    },

    readSecrets: async (skillId) => {
      const secrets: Record<string, string> = {};
      for (const [name, sealed] of await skills.readSecrets(skillId)) {
        const value = sealer.open(sealed, contextOf(skillId, name));
        // Sealed under another OCTAVUS_SECRET: it has to be set again.
        if (value !== undefined) secrets[name] = value;
      }
      return secrets;
    },
  };
}

/** A value that was moved to another skill or name does not open there. */
function contextOf(skillId: string, name: string): string {
  return `${skillId} ${name}`;
}

function toSummary({ id, slug, matter, visibility, fileCount, createdAt, updatedAt }: Skill): SkillSummary {
  const { description, version } = matter;
  return {
    id,
    slug,
    description,
    ...(version !== undefined && { version }),
    visibility,
    fileCount,
    createdAt: toIsoTime(createdAt),
    updatedAt: toIsoTime(updatedAt),
  };
}
