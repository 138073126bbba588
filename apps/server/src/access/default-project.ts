import { OctavusError } from '@octavus/core';
import type { Clock, Ids } from '@octavus/engine';
import type { Project, Projects } from '../storage/storage.ts';

/** The project of a server that nobody divided into projects. */
export const defaultProject = { slug: 'default', name: 'Default' } as const;

interface DefaultProjectOptions {
  readonly projects: Projects;
  readonly ids: Pick<Ids, 'resource'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Finds the default project, or creates it on an empty database. */
export async function openDefaultProject({ projects, ids, clock }: DefaultProjectOptions): Promise<Project> {
  const existing = await projects.findBySlug(defaultProject.slug);
  if (existing) return existing;
  const project = { id: ids.resource(), ...defaultProject, createdAt: clock.now() };
  try {
    await projects.create(project);
    return project;
  } catch (error) {
    const theirs = isConflict(error) && (await projects.findBySlug(defaultProject.slug));
    // Another process that started at the same moment was faster.
    if (theirs) return theirs;
    throw error;
  }
}

function isConflict(error: unknown): boolean {
  return OctavusError.isInstance(error) && error.code === 'CONFLICT';
}
