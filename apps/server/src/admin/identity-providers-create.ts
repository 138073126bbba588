import {
  createRegistration,
  federationAlgorithms,
  federationLifetime,
  type Registration,
} from '../access/federation/registration.ts';
import type { ClaimCondition } from '../storage/identity-providers.ts';
import type { Storage } from '../storage/storage.ts';
import {
  type Command,
  type CommandArgs,
  getAgent,
  getProject,
  requireOption,
  UsageError,
  withStorage,
} from './command.ts';
import { toIdentityProviderJson } from './identity-providers-list.ts';

const text = { type: 'string' } as const;

export const identityProvidersCreate: Command = {
  usage:
    '--issuer URL --algorithms LIST (--agent ID|SLUG | --agent-claim CLAIM) [--session-claim CLAIM] [--condition CLAIM=VALUE | CLAIM^=PREFIX]… [--max-lifetime SECONDS] [--jwks-url URL] [--project SLUG]',
  summary: `Accept the tokens of an OpenID provider, and print the audience they must have. LIST: ${federationAlgorithms.join(',')}`,
  options: {
    issuer: text,
    algorithms: text,
    agent: text,
    'agent-claim': text,
    'session-claim': text,
    condition: { type: 'string', multiple: true },
    'max-lifetime': text,
    'jwks-url': text,
    project: text,
  },
  positionals: [],
  run: (args, context) =>
    withStorage(context, async (storage) => {
      const { id: projectId } = await getProject(args, storage, context);
      const { ids, now } = context;
      const fields = await readFields(args, storage, projectId);
      const provider = createRegistration(fields, { projectId, ids, now });
      await storage.identityProviders.create(provider);
      return {
        json: toIdentityProviderJson(provider),
        text: `Tokens of ${provider.issuer} are accepted when their audience is\n\n${provider.audience}\n\nThe registration's id is ${provider.id}.`,
      };
    }),
};

async function readFields(args: CommandArgs, storage: Storage, projectId: string): Promise<Registration> {
  const sessionClaim = optional(args, 'session-claim');
  const jwksUrl = optional(args, 'jwks-url');
  const maxLifetime = optional(args, 'max-lifetime');
  return {
    issuer: requireOption(args, 'issuer'),
    algorithms: parseAlgorithms(requireOption(args, 'algorithms')),
    agent: await readAgent(args, storage, projectId),
    conditions: ((args.values.condition ?? []) as string[]).map(parseCondition),
    ...(sessionClaim !== undefined && { sessionClaim }),
    ...(jwksUrl !== undefined && { jwksUrl }),
    ...(maxLifetime !== undefined && { maxLifetimeSeconds: parseSeconds(maxLifetime) }),
  };
}

function optional({ values }: CommandArgs, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

async function readAgent(args: CommandArgs, storage: Storage, projectId: string): Promise<Registration['agent']> {
  const [named, claim] = [optional(args, 'agent'), optional(args, 'agent-claim')];
  if ((named === undefined) === (claim === undefined)) throw new UsageError('Give either --agent or --agent-claim');
  if (named === undefined) return { claim: claim! };
  return { id: (await getAgent(storage, projectId, named)).id };
}

function parseAlgorithms(list: string): Registration['algorithms'] {
  return list.split(',').map((name) => {
    const known = federationAlgorithms.find((algorithm) => algorithm === name.trim());
    if (known) return known;
    throw new UsageError(
      `--algorithms contains "${name.trim()}": expected a comma-separated list of ${federationAlgorithms.join(', ')}`,
    );
  });
}

function parseCondition(text: string): ClaimCondition {
  const [, claim, operator, value] = /^([^=^]+)(\^?=)(.+)$/s.exec(text) ?? [];
  if (claim === undefined || value === undefined) {
    throw new UsageError(`--condition is "${text}": expected CLAIM=VALUE, or CLAIM^=PREFIX`);
  }
  return { claim, match: operator === '=' ? 'equals' : 'startsWith', value };
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= federationLifetime.max) return seconds;
  throw new UsageError(`--max-lifetime is "${text}": expected seconds, 1 to ${federationLifetime.max}`);
}
