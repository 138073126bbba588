import { type Command, getAccount, withStorage } from './command.ts';

export const usersDisable: Command = {
  usage: 'EMAIL',
  summary: 'Sign somebody out everywhere and let them in no more',
  options: {},
  positionals: ['EMAIL'],
  run: (args, context) =>
    withStorage(context, async (storage) => {
      const { id, email } = await getAccount(args, storage);
      await storage.accounts.setDisabled(id, context.now());
      return { json: { id, email, disabled: true }, text: `Disabled ${email}.` };
    }),
};
