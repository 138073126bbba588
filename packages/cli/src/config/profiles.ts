import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CliFailure, FileFailure } from '../failures.ts';
import { readTextIfThere } from '../files/read-files.ts';
import { writeOneFile } from '../files/write-files.ts';
import { type Environment, keyHint } from './config.ts';

/** A server and the key for it, kept under a name by `octavus login`. */
export interface Profile {
  readonly name: string;
  readonly apiUrl: string;
  readonly apiKey: string;
}

/** What the user's config folder keeps. */
export interface Profiles {
  /** Absolute. */
  readonly path: string;
  /** The one that is used when `OCTAVUS_PROFILE` names none. */
  readonly current: string | undefined;
  /** By name. */
  readonly all: ReadonlyMap<string, Profile>;
}

export const defaultProfileName = 'default';

const fileSchema = z.object({
  current: z.string().optional(),
  profiles: z.record(z.string(), z.object({ apiUrl: z.string(), apiKey: z.string() })),
});

/** Letters, digits, `-`, `_` and `.`, so that a name can be a word of a command line and the value of a variable. */
export function isProfileName(name: string): boolean {
  return /^[\w][\w.-]{0,63}$/.test(name);
}

/** @throws FileFailure when the file is there and cannot be read. */
export function readProfiles(env: Environment): Profiles {
  const path = profilesPath(env);
  const text = readTextIfThere(path);
  if (text === undefined) return { path, current: undefined, all: new Map() };
  const { current, profiles } = parse(text, path);
  const all = new Map(Object.entries(profiles).map(([name, fields]) => [name, { name, ...fields }]));
  return { path, current, all };
}

/**
 * The profile in use: that of `OCTAVUS_PROFILE`, else the current one.
 *
 * @throws CliFailure CONFIG_ERROR when the variable names one that does not exist; FileFailure.
 */
export function findProfile(env: Environment): Profile | undefined {
  const { current, all } = readProfiles(env);
  const wanted = env.OCTAVUS_PROFILE?.trim();
  if (!wanted) return current === undefined ? undefined : all.get(current);
  const profile = all.get(wanted);
  if (profile) return profile;
  throw new CliFailure('CONFIG_ERROR', `OCTAVUS_PROFILE is "${wanted}": ${describeNames(all)}. No key? ${keyHint}`);
}

/** What there is, for a person who named something else. */
export function describeNames(all: ReadonlyMap<string, Profile>): string {
  if (all.size === 0) return 'there are no profiles, `octavus login` makes one';
  return `there is no such profile, only ${[...all.keys()].sort().join(', ')}`;
}

/** Keys are for their owner alone. @throws FileFailure */
export function writeProfiles({ path, current, all }: Profiles): void {
  const profiles = Object.fromEntries([...all.values()].map(({ name, apiUrl, apiKey }) => [name, { apiUrl, apiKey }]));
  const content = { ...(current !== undefined && { current }), profiles };
  writeOneFile(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

/** The folder for settings that the system has for each user (XDG base directories; `APPDATA` on Windows). */
function profilesPath(env: Environment): string {
  const { XDG_CONFIG_HOME, APPDATA, HOME } = env;
  const folder = XDG_CONFIG_HOME || (process.platform === 'win32' && APPDATA) || join(HOME || homedir(), '.config');
  return join(folder, 'octavus', 'profiles.json');
}

function parse(text: string, path: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new FileFailure('Not a file of profiles: remove it and use `octavus login` again', path, { cause });
  }
}
