import { type Cli, defineCommand } from '../command.ts';
import { maskKey } from '../config/mask-key.ts';
import { describeNames, readProfiles, writeProfiles } from '../config/profiles.ts';
import { CliFailure } from '../failures.ts';

export const config = defineCommand<[profile: string | undefined]>({
  usage: 'config [profile]',
  summary: 'Show the settings in use and the profiles of login; with a name, use that profile from now on',
  run: async (cli, [name]) => (name === undefined ? show(cli) : use(cli, name)),
});

function show(cli: Cli): void {
  const { output } = cli;
  const { path, current, all } = readProfiles(cli.env);
  const url = cli.apiUrl();
  const key = cli.apiKey();
  const profiles = [...all.values()].map(({ name, apiUrl, apiKey }) => ({ name, apiUrl, apiKey: maskKey(apiKey) }));
  if (output.isJson) {
    output.json({
      apiUrl: url,
      apiKey: key ? { value: maskKey(key.value), origin: key.origin } : null,
      file: path,
      current: current ?? null,
      profiles,
    });
  }
  output.keyValue('Server', `${url.value} (${url.origin})`);
  output.keyValue('Key', key ? `${maskKey(key.value)} (${key.origin})` : '(none)');
  output.keyValue('File', output.style.path(path));
  for (const { name, apiUrl, apiKey } of profiles) {
    output.keyValue(name === current ? `Profile ${name}, current` : `Profile ${name}`, `${apiUrl} ${apiKey}`);
  }
}

function use({ env, output }: Cli, name: string): void {
  const profiles = readProfiles(env);
  const profile = profiles.all.get(name);
  if (!profile) throw new CliFailure('NOT_FOUND', `Profile not found: ${name} (${describeNames(profiles.all)})`);
  writeProfiles({ ...profiles, current: name });
  if (output.isJson) output.json({ current: name, apiUrl: profile.apiUrl });
  output.success(`In use: ${output.style.bold(name)}`);
  output.keyValue('Server', profile.apiUrl);
}
