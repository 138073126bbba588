import { issueApiKey, permissions } from '../access/api-keys.ts';
import type { Permission } from '../storage/storage.ts';
import { type Command, getProject, requireOption, UsageError, withStorage } from './command.ts';

const maxNameLength = 100;

export const keysCreate: Command = {
  usage: '--name NAME --permissions LIST [--project SLUG]',
  summary: `Create an API key and print it once. LIST: ${permissions.join(',')}`,
  options: { name: { type: 'string' }, permissions: { type: 'string' }, project: { type: 'string' } },
  positionals: [],
  run: async (args, context) => {
    const name = requireOption(args, 'name');
    if (name.length > maxNameLength)
      throw new UsageError(`--name has ${name.length} characters: expected at most ${maxNameLength}`);
    const granted = parsePermissions(requireOption(args, 'permissions'));
    return withStorage(context, async (storage) => {
      const { id: projectId, slug } = await getProject(args, storage, context);
      const { ids, now } = context;
      const issued = await issueApiKey({
        projectId,
        name,
        permissions: granted,
        keys: storage.apiKeys,
        ids,
        clock: { now },
      });
      return {
        json: { id: issued.id, key: issued.key, name, permissions: granted, projectId },
        text: `${issued.key}\n\nKey "${name}" of the project "${slug}" may: ${granted.join(', ')}. It is not shown again; its id is ${issued.id}.`,
      };
    });
  },
};

/** Each once, in the order of the documentation. */
function parsePermissions(list: string): Permission[] {
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !permissions.some((permission) => permission === name));
  if (unknown !== undefined) {
    throw new UsageError(
      `--permissions contains "${unknown}": expected a comma-separated list of ${permissions.join(', ')}`,
    );
  }
  return permissions.filter((permission) => names.includes(permission));
}
