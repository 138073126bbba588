import type { Command, CommandGroup } from '../command.ts';
import { archive } from './archive.ts';
import { diff } from './diff.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { pull } from './pull.ts';
import { sync } from './sync.ts';
import { types } from './types.ts';
import { validate } from './validate.ts';

/** Every command, in the order of the help. The list a new one is added to. */
export const commands: readonly (Command | CommandGroup)[] = [validate, sync, diff, pull, list, get, archive, types];
