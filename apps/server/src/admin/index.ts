import { agentKeysCreate } from './agent-keys-create.ts';
import { agentKeysList } from './agent-keys-list.ts';
import { agentKeysRevoke } from './agent-keys-revoke.ts';
import { backup } from './backup.ts';
import type { Command } from './command.ts';
import { identityProvidersCreate } from './identity-providers-create.ts';
import { identityProvidersList } from './identity-providers-list.ts';
import {
  identityProvidersDisable,
  identityProvidersEnable,
  identityProvidersRemove,
} from './identity-providers-state.ts';
import { keysCreate } from './keys-create.ts';
import { keysList } from './keys-list.ts';
import { keysRevoke } from './keys-revoke.ts';
import { migrate } from './migrate.ts';
import { projectsCreate } from './projects-create.ts';
import { projectsList } from './projects-list.ts';
import { restore } from './restore.ts';
import { usersDisable } from './users-disable.ts';
import { usersEnable } from './users-enable.ts';
import { usersInvite } from './users-invite.ts';
import { usersList } from './users-list.ts';
import { usersResetPassword } from './users-reset-password.ts';

/** Every operator command by its words. The list a new one is added to. */
export const commands = {
  'keys create': keysCreate,
  'keys list': keysList,
  'keys revoke': keysRevoke,
  'agent-keys create': agentKeysCreate,
  'agent-keys list': agentKeysList,
  'agent-keys revoke': agentKeysRevoke,
  'projects create': projectsCreate,
  'projects list': projectsList,
  'identity-providers create': identityProvidersCreate,
  'identity-providers list': identityProvidersList,
  'identity-providers enable': identityProvidersEnable,
  'identity-providers disable': identityProvidersDisable,
  'identity-providers remove': identityProvidersRemove,
  'users list': usersList,
  'users invite': usersInvite,
  'users reset-password': usersResetPassword,
  'users disable': usersDisable,
  'users enable': usersEnable,
  migrate,
  backup,
  restore,
} as const satisfies Readonly<Record<string, Command>>;
