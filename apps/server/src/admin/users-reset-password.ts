import { linkUrl, makeLink } from '../console/links.ts';
import { toIsoTime } from '../iso-time.ts';
import { type Command, getAccount, withStorage } from './command.ts';

export const usersResetPassword: Command = {
  usage: 'EMAIL',
  summary: 'Make a one-time link with which somebody sets a new password',
  options: {},
  positionals: ['EMAIL'],
  run: (args, context) =>
    withStorage(context, async (storage) => {
      const { id: accountId, email } = await getAccount(args, storage);
      const maker = { id: context.ids.resource(), now: context.now() };
      const { stored, token } = makeLink({ kind: 'reset', accountId }, maker);
      await storage.links.create(stored);
      const link = linkUrl(context.baseUrl, token);
      const expiresAt = toIsoTime(stored.expiresAt);
      return {
        json: { id: stored.id, link, email, expiresAt },
        text: `${link}\n\nSets a new password for ${email}, once, until ${expiresAt}. Its other sign-ins end then.`,
      };
    }),
};
