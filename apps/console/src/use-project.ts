import { includesRole, type Role } from '@octavus/console-api';
import { getRouteApi } from '@tanstack/react-router';

const route = getRouteApi('/p/$project');

/** The project of the page, and what the person who looks at it may do there. */
export function useProject() {
  const { project, me } = route.useRouteContext();
  return {
    ...project,
    projectId: project.id,
    me,
    may: (needed: Role) => includesRole(project.role, needed),
  };
}
