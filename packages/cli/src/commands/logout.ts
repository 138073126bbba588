import { defineCommand } from '../command.ts';
import { describeNames, readProfiles, writeProfiles } from '../config/profiles.ts';
import { CliFailure } from '../failures.ts';

export const logout = defineCommand<[], { readonly profile?: string; readonly all?: boolean }>({
  usage: 'logout',
  summary: 'Forget the address and key that login has kept; the key itself stays valid',
  configure: (parser) => {
    parser
      .option('--profile <name>', 'Name of the profile (default: the current one)')
      .option('--all', 'Every profile');
  },
  run: async ({ env, output }, _args, { profile, all: isAll = false }) => {
    const { path, current, all } = readProfiles(env);
    const name = profile ?? (env.OCTAVUS_PROFILE?.trim() || current);
    if (!isAll && name !== undefined && !all.has(name)) {
      throw new CliFailure('NOT_FOUND', `Profile not found: ${name} (${describeNames(all)})`);
    }
    const removed = [...all.keys()].filter((each) => isAll || each === name);
    const kept = new Map([...all].filter(([each]) => !removed.includes(each)));
    const next = current !== undefined && kept.has(current) ? current : undefined;
    if (removed.length > 0) writeProfiles({ path, current: next, all: kept });
    if (output.isJson) output.json({ removed });
    for (const each of removed) output.success(`Logged out: ${output.style.bold(each)}`);
    if (removed.length === 0) output.info('No profiles: nothing to forget');
  },
});
