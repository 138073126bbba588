import { toIsoTime } from '../iso-time.ts';
import type { ApiKey } from '../storage/storage.ts';
import { type Command, getProject, withStorage } from './command.ts';
import { toTable } from './table.ts';

export const keysList: Command = {
  usage: '[--project SLUG]',
  summary: 'List API keys, newest first, of all projects or of one',
  options: { project: { type: 'string' } },
  positionals: [],
  run: (args, context) =>
    withStorage(context, async (storage) => {
      const projectId = args.values.project === undefined ? undefined : (await getProject(args, storage, context)).id;
      const keys = await storage.apiKeys.list(projectId);
      return {
        json: { keys: keys.map(toJson) },
        text: keys.length > 0 ? toTable(columns, keys.map(toRow)) : 'No API keys.',
      };
    }),
};

const columns = ['ID', 'NAME', 'KEY', 'PERMISSIONS', 'PROJECT', 'CREATED', 'LAST USED', 'STATE'];

function toRow(key: ApiKey): string[] {
  const { id, name, prefix, permissions, projectId, createdAt, lastUsedAt, revokedAt } = key;
  const lastUsed = lastUsedAt === undefined ? 'never' : toIsoTime(lastUsedAt);
  const state = revokedAt === undefined ? 'active' : 'revoked';
  return [id, name, `${prefix}…`, permissions.join(','), projectId, toIsoTime(createdAt), lastUsed, state];
}

function toJson({ id, name, prefix, permissions, projectId, createdAt, lastUsedAt, expiresAt, revokedAt }: ApiKey) {
  return {
    id,
    name,
    prefix,
    permissions,
    projectId,
    createdAt: toIsoTime(createdAt),
    ...(lastUsedAt !== undefined && { lastUsedAt: toIsoTime(lastUsedAt) }),
    ...(expiresAt !== undefined && { expiresAt: toIsoTime(expiresAt) }),
    ...(revokedAt !== undefined && { revokedAt: toIsoTime(revokedAt) }),
  };
}
