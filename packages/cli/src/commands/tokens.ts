import { mintTokenResponseSchema, revokeTokenResponseSchema } from '@octavus/core';
import { findAgent } from '../agents/remote-agent.ts';
import { type CommandGroup, defineCommand } from '../command.ts';
import { ApiFailure, CliFailure, UsageFailure } from '../failures.ts';

interface MintOptions {
  readonly session?: string;
  readonly ttl?: number;
}

const mint = defineCommand<[agent: string], MintOptions>({
  usage: 'mint <agent>',
  summary: 'Make an ephemeral token for an agent, given by slug or id',
  configure: (parser) => {
    parser
      .option('--session <id>', 'For this session only')
      .option('--ttl <seconds>', 'Lifetime (default: 3600, at most 86400)', toSeconds);
  },
  run: async (cli, [name], { session, ttl }) => {
    const { output } = cli;
    const api = cli.connect();
    // The key may mint without being allowed to read agents: then the name is taken for an id.
    const agent = await findAgent(api, name).catch((error: unknown) => {
      if (error instanceof ApiFailure && error.status === 403) return undefined;
      throw error;
    });
    const body = {
      agentId: agent?.id ?? name,
      ...(session !== undefined && { sessionId: session }),
      ...(ttl !== undefined && { ttlSeconds: ttl }),
    };
    const answer = await api.request('POST', '/api/tokens', { body, schema: mintTokenResponseSchema });
    const { token, jti, expiresAt } = answer;
    if (output.isJson) output.json({ token, jti, expiresAt });
    output.success(`Token: ${output.style.secret(token)}`);
    output.keyValue('Token ID', jti);
    output.keyValue('Expires', expiresAt);
  },
});

const revoke = defineCommand<[token: string]>({
  usage: 'revoke <token>',
  summary: 'Revoke an ephemeral token, given as such or by its id (jti_…)',
  run: async (cli, [token]) => {
    const { output } = cli;
    const body = token.startsWith('jti_') ? { jti: token } : { token };
    const { revoked, jti } = await cli
      .connect()
      .request('POST', '/api/tokens/revoke', { body, schema: revokeTokenResponseSchema });
    if (output.isJson) output.json({ revoked, ...(jti !== undefined && { jti }) });
    else if (revoked) output.success(`Revoked: ${jti ?? 'the token'}`);
    else throw new CliFailure('UNKNOWN', 'Not revoked: unknown, expired or revoked already');
  },
});

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds <= 0)
    throw new UsageFailure(`--ttl ${text}: expected a whole number of seconds`);
  return seconds;
}

export const tokens: CommandGroup = { name: 'tokens', summary: 'Credentials that expire', commands: [mint, revoke] };
