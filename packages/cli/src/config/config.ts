import { CliFailure } from '../failures.ts';

export type Environment = Record<string, string | undefined>;

/** Never a third party's server: a key of a self-hosted server must not be sent there by a forgotten variable. */
export const defaultApiUrl = 'http://localhost:6282';

/** A setting with the place it came from. */
export interface Resolved {
  readonly value: string;
  /** Variable, option, profile, or `default`. */
  readonly origin: string;
}

const keyVariables = ['OCTAVUS_CLI_API_KEY', 'OCTAVUS_API_KEY'] as const;
const urlVariables = ['OCTAVUS_API_URL', 'OCTAVUS_BASE_URL'] as const;

/** The first key variable that holds something (cli.md 2). */
export function findApiKey(env: Environment): Resolved | undefined {
  return firstSet(env, keyVariables);
}

/** Where a key comes from, for whoever has none (contract.md). */
export const keyHint =
  'On your own server, `npm run -s admin -- keys create --name NAME --permissions agents,sessions` makes one.';

/** What a command that needs a key says without one. */
export function noKey(): CliFailure {
  const [cli, general] = keyVariables;
  return new CliFailure(
    'CONFIG_ERROR',
    `No API key found. Set ${cli} or ${general} environment variable. ${keyHint} \`octavus login\` keeps it.`,
  );
}

/**
 * Where the server is, without a `/` at its end.
 *
 * @param option `--api-url`.
 * @throws CliFailure UNKNOWN when the value is no http(s) address.
 */
export function findApiUrl(env: Environment, option?: string): Resolved {
  const given = option === undefined ? undefined : { value: option, origin: '--api-url' };
  const found = given ?? firstSet(env, urlVariables) ?? { value: defaultApiUrl, origin: 'default' };
  if (!/^https?:\/\/[^/]/i.test(found.value) || !isUrl(found.value)) {
    const message = `${found.origin} is "${found.value}": expected an address such as ${defaultApiUrl}`;
    throw new CliFailure('UNKNOWN', message);
  }
  return { ...found, value: found.value.replace(/\/+$/, '') };
}

function firstSet(env: Environment, names: readonly string[]): Resolved | undefined {
  const origin = names.find((name) => env[name]?.trim());
  return origin === undefined ? undefined : { value: env[origin]!.trim(), origin };
}

function isUrl(text: string): boolean {
  try {
    return new URL(text) !== undefined;
  } catch {
    return false;
  }
}
