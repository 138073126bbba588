import { issueAgentKey } from '../access/agent-keys.ts';
import { type Command, getAgent, getProject, requireOption, withStorage } from './command.ts';

export const agentKeysCreate: Command = {
  usage: '--agent ID|SLUG --name NAME [--project SLUG]',
  summary: 'Create a key for the workforce endpoints of one agent and print it once',
  options: { agent: { type: 'string' }, name: { type: 'string' }, project: { type: 'string' } },
  positionals: [],
  run: async (args, context) => {
    const name = requireOption(args, 'name');
    const named = requireOption(args, 'agent');
    return withStorage(context, async (storage) => {
      const { id: projectId } = await getProject(args, storage, context);
      const agent = await getAgent(storage, projectId, named);
      const { ids, now } = context;
      const { id, key } = await issueAgentKey({ agent, name, keys: storage.agentKeys, ids, clock: { now } });
      return {
        json: { id, key, name, agentId: agent.id, projectId },
        text: `${key}\n\nKey "${name}" is for the workforce endpoints of "${agent.slug}". It is not shown again; its id is ${id}.`,
      };
    });
  },
};
