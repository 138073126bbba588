import type { Command, CommandGroup } from '../command.ts';
import { archive } from './archive.ts';
import { chat } from './chat.ts';
import { completion } from './completion.ts';
import { config } from './config.ts';
import { dev } from './dev.ts';
import { diff } from './diff.ts';
import { doctor } from './doctor.ts';
import { files } from './files.ts';
import { get } from './get.ts';
import { init } from './init.ts';
import { list } from './list.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { open } from './open.ts';
import { pull } from './pull.ts';
import { run } from './run.ts';
import { sessions } from './sessions.ts';
import { skills } from './skills.ts';
import { sync } from './sync.ts';
import { test } from './test.ts';
import { tokens } from './tokens.ts';
import { types } from './types.ts';
import { validate } from './validate.ts';
import { whoami } from './whoami.ts';

/** Every command, in the order of the help. The list a new one is added to. */
export const commands: readonly (Command | CommandGroup)[] = [
  init,
  dev,
  validate,
  sync,
  diff,
  pull,
  list,
  get,
  archive,
  types,
  chat,
  run,
  test,
  sessions,
  files,
  skills,
  tokens,
  open,
  login,
  logout,
  config,
  whoami,
  doctor,
  completion,
];
