import { toIsoTime } from '../iso-time.ts';
import type { AgentKey } from '../storage/workforce.ts';
import { type Command, getProject, withStorage } from './command.ts';
import { toTable } from './table.ts';

export const agentKeysList: Command = {
  usage: '[--project SLUG]',
  summary: 'List keys of agents, newest first, of all projects or of one',
  options: { project: { type: 'string' } },
  positionals: [],
  run: (args, context) =>
    withStorage(context, async (storage) => {
      const projectId = args.values.project === undefined ? undefined : (await getProject(args, storage, context)).id;
      const keys = await storage.agentKeys.list(projectId);
      return {
        json: { keys: keys.map(toJson) },
        text: keys.length > 0 ? toTable(columns, keys.map(toRow)) : 'No keys of agents.',
      };
    }),
};

const columns = ['ID', 'NAME', 'KEY', 'AGENT', 'PROJECT', 'CREATED', 'STATE'];

function toRow({ id, name, prefix, agentId, projectId, createdAt, revokedAt }: AgentKey): string[] {
  const state = revokedAt === undefined ? 'active' : 'revoked';
  return [id, name, `${prefix}…`, agentId, projectId, toIsoTime(createdAt), state];
}

function toJson({ id, name, prefix, agentId, projectId, createdAt, revokedAt }: AgentKey) {
  const revoked = revokedAt === undefined ? {} : { revokedAt: toIsoTime(revokedAt) };
  return { id, name, prefix, agentId, projectId, createdAt: toIsoTime(createdAt), ...revoked };
}
