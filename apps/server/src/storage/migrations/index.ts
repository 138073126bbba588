import { initial } from './0001-initial.ts';
import { files } from './0002-files.ts';
import { sessions } from './0003-sessions.ts';
import { tokens } from './0004-tokens.ts';
import { identityProviders } from './0005-identity-providers.ts';
import { journal } from './0006-journal.ts';
import { console_ } from './0007-console.ts';
import { workforce } from './0008-workforce.ts';
import { stopRequests } from './0009-stop-requests.ts';
import { idempotencyOwners } from './0010-idempotency-owners.ts';
import { skills } from './0011-skills.ts';
import type { Migration } from './migration.ts';

/** In the order of application; the position, from 1, is the schema's version. */
export const migrations: readonly Migration[] = [
  initial,
  files,
  sessions,
  tokens,
  identityProviders,
  journal,
  console_,
  workforce,
  stopRequests,
  idempotencyOwners,
  skills,
];
