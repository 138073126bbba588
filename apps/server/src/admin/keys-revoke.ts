import { type Command, UsageError, withStorage } from './command.ts';

export const keysRevoke: Command = {
  usage: 'ID',
  summary: 'Revoke an API key, at once and for good',
  options: {},
  positionals: ['ID'],
  run: ({ positionals: [id = ''] }, context) =>
    withStorage(context, async ({ apiKeys }) => {
      const isRevoked = await apiKeys.revoke(id, context.now());
      if (!isRevoked) throw new UsageError(`There is no active key with the id "${id}": see keys list`);
      return { json: { id, revoked: true }, text: `Revoked ${id}.` };
    }),
};
