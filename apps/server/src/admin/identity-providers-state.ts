import type { IdentityProviders } from '../storage/identity-providers.ts';
import { type Command, UsageError, withStorage } from './command.ts';

export const identityProvidersEnable = stateCommand({
  summary: 'Accept the tokens of a registered OpenID provider again',
  json: { enabled: true },
  done: 'Enabled',
  change: (providers, id) => providers.setEnabled(id, true),
});

export const identityProvidersDisable = stateCommand({
  summary: 'Refuse all tokens of a registered OpenID provider, at once',
  json: { enabled: false },
  done: 'Disabled',
  change: (providers, id) => providers.setEnabled(id, false),
});

export const identityProvidersRemove = stateCommand({
  summary: 'Remove the registration of an OpenID provider; its tokens are refused at once',
  json: { removed: true },
  done: 'Removed',
  change: (providers, id) => providers.remove(id),
});

interface StateCommand {
  readonly summary: string;
  /** What `--json` says besides the id. */
  readonly json: object;
  readonly done: string;
  /** @returns false when there is no such registration. */
  change(providers: IdentityProviders, id: string): Promise<boolean>;
}

function stateCommand({ summary, json, done, change }: StateCommand): Command {
  return {
    usage: 'ID',
    summary,
    options: {},
    positionals: ['ID'],
    run: ({ positionals: [id = ''] }, context) =>
      withStorage(context, async ({ identityProviders }) => {
        if (!(await change(identityProviders, id)))
          throw new UsageError(`There is no identity provider with the id "${id}": see identity-providers list`);
        return { json: { id, ...json }, text: `${done} ${id}.` };
      }),
  };
}
