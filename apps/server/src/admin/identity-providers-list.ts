import { toIsoTime } from '../iso-time.ts';
import type { IdentityProvider } from '../storage/identity-providers.ts';
import { type Command, getProject, withStorage } from './command.ts';
import { toTable } from './table.ts';

export const identityProvidersList: Command = {
  usage: '[--project SLUG]',
  summary: 'List the OpenID providers whose tokens are accepted, of all projects or of one',
  options: { project: { type: 'string' } },
  positionals: [],
  run: (args, context) =>
    withStorage(context, async (storage) => {
      const projectId = args.values.project === undefined ? undefined : (await getProject(args, storage, context)).id;
      const providers = await storage.identityProviders.list(projectId);
      return {
        json: { identityProviders: providers.map(toIdentityProviderJson) },
        text: providers.length > 0 ? toTable(columns, providers.map(toRow)) : 'No identity providers.',
      };
    }),
};

const columns = ['ID', 'ISSUER', 'AUDIENCE', 'ALGORITHMS', 'AGENT', 'PROJECT', 'STATE'];

function toRow({ id, issuer, audience, algorithms, agent, projectId, isEnabled }: IdentityProvider): string[] {
  const agentName = 'id' in agent ? agent.id : `claim ${agent.claim}`;
  return [id, issuer, audience, algorithms.join(','), agentName, projectId, isEnabled ? 'enabled' : 'disabled'];
}

/** One registration in the output of `--json`. */
export function toIdentityProviderJson({ isEnabled, createdAt, ...provider }: IdentityProvider) {
  return { ...provider, enabled: isEnabled, createdAt: toIsoTime(createdAt) };
}
