import { readKeyPermissions } from '../api/key-permissions.ts';
import { type Cli, defineCommand } from '../command.ts';
import { defaultApiUrl, keyHint } from '../config/config.ts';
import { defaultProfileName, isProfileName, type Profile, readProfiles, writeProfiles } from '../config/profiles.ts';
import { CliFailure, UsageFailure } from '../failures.ts';
import { askSecret } from '../terminal/ask.ts';
import { readAll } from '../terminal/read-all.ts';

export const login = defineCommand<[], { readonly profile?: string }>({
  usage: 'login',
  summary: 'Keep an address and a key in your config folder; in a pipe the key is read from standard input',
  configure: (parser) => {
    parser.option('--profile <name>', `Name to keep them under (default: ${defaultProfileName})`);
  },
  run: async (cli, _args, { profile: name = defaultProfileName }) => {
    const { output } = cli;
    if (!isProfileName(name)) throw new UsageFailure(`"${name}" is no name of a profile: letters, digits, -, _ and .`);
    const apiUrl = addressFor(cli, readProfiles(cli.env).all.get(name));
    const apiKey = await readKey(cli, apiUrl);
    // A key that the server does not know is not kept.
    const permissions = await readKeyPermissions(cli.connect({ url: apiUrl, key: apiKey }));
    // Read again: while a person looked for the key, another login may have kept one.
    const profiles = readProfiles(cli.env);
    const all = new Map(profiles.all).set(name, { name, apiUrl, apiKey });
    writeProfiles({ path: profiles.path, current: name, all });
    if (output.isJson) output.json({ profile: name, apiUrl, permissions });
    output.success(`Logged in: ${output.style.bold(apiUrl)}`);
    output.keyValue('Profile', name);
    output.keyValue('Allows', permissions.join(', ') || '(nothing)');
  },
});

/** That of another profile is nothing to start from: a key must not reach a server that nobody named. */
function addressFor(cli: Cli, earlier: Profile | undefined): string {
  const { value, origin } = cli.apiUrl();
  return origin.startsWith('profile ') ? (earlier?.apiUrl ?? defaultApiUrl) : value;
}

/** @throws CliFailure CONFIG_ERROR when none is given. */
async function readKey(cli: Cli, apiUrl: string): Promise<string> {
  const { stdin } = cli;
  const text = stdin.isTTY ? await askSecret(cli, `API key for ${apiUrl}: `) : await readAll(stdin, cli.signal);
  const key = text.trim();
  if (key === '') {
    throw new CliFailure('CONFIG_ERROR', `No API key given: type it, or send it to standard input. ${keyHint}`);
  }
  if (/\s/.test(key))
    throw new CliFailure('CONFIG_ERROR', `The API key has blanks in it: expected one line with the key. ${keyHint}`);
  return key;
}
