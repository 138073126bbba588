import type { Command } from './command.ts';
import { keysCreate } from './keys-create.ts';
import { keysList } from './keys-list.ts';
import { keysRevoke } from './keys-revoke.ts';
import { migrate } from './migrate.ts';
import { projectsCreate } from './projects-create.ts';
import { projectsList } from './projects-list.ts';

/** Every operator command by its words. The list a new one is added to. */
export const commands = {
  'keys create': keysCreate,
  'keys list': keysList,
  'keys revoke': keysRevoke,
  'projects create': projectsCreate,
  'projects list': projectsList,
  migrate,
} as const satisfies Readonly<Record<string, Command>>;
