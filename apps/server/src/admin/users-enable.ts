import { type Command, getAccount, withStorage } from './command.ts';

export const usersEnable: Command = {
  usage: 'EMAIL',
  summary: 'Let somebody in again who was disabled',
  options: {},
  positionals: ['EMAIL'],
  run: (args, context) =>
    withStorage(context, async (storage) => {
      const { id, email } = await getAccount(args, storage);
      await storage.accounts.setDisabled(id, undefined);
      return { json: { id, email, disabled: false }, text: `Enabled ${email}.` };
    }),
};
