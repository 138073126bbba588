import { readKeyPermissions } from '../api/key-permissions.ts';
import { defineCommand } from '../command.ts';
import { maskKey } from '../config/mask-key.ts';

export const whoami = defineCommand({
  usage: 'whoami',
  summary: 'Show the server and what the key allows there',
  run: async (cli) => {
    const { output } = cli;
    const api = cli.connect();
    const url = cli.apiUrl();
    const key = cli.apiKey()!;
    const permissions = await readKeyPermissions(api);
    if (output.isJson) {
      output.json({ apiUrl: url, apiKey: { value: maskKey(key.value), origin: key.origin }, permissions });
    }
    output.keyValue('Server', `${url.value} (${url.origin})`);
    output.keyValue('Key', `${maskKey(key.value)} (${key.origin})`);
    output.keyValue('Allows', permissions.join(', ') || '(nothing)');
  },
});
