import { type Command, UsageError, withStorage } from './command.ts';

export const agentKeysRevoke: Command = {
  usage: 'ID',
  summary: 'Revoke the key of an agent, at once and for good',
  options: {},
  positionals: ['ID'],
  run: ({ positionals: [id = ''] }, context) =>
    withStorage(context, async ({ agentKeys }) => {
      const isRevoked = await agentKeys.revoke(id, context.now());
      if (!isRevoked) throw new UsageError(`There is no active key with the id "${id}": see agent-keys list`);
      return { json: { id, revoked: true }, text: `Revoked ${id}.` };
    }),
};
