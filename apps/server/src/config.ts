import type { ErrorFormat } from '@octavus/core';
import { type ModelsConfig, modelsConfigFromEnv } from '@octavus/models';
import { parseS3Url } from './files/s3-url.ts';
import { type LogLevel, logLevels } from './logging.ts';
import { StartError } from './start-error.ts';
import { type SearchChoice, searchVariables } from './web-search/index.ts';

/** Everything the environment decides (the table of the operational contract). */
export interface Config {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Public address without a trailing slash; undefined: `http://localhost:<port>`. */
  readonly baseUrl: string | undefined;
  readonly dataDir: string;
  /** `file:` or `postgres://`. */
  readonly databaseUrl: string;
  /** `file:` or `s3://`. */
  readonly filesUrl: string;
  /** undefined: generated into the data directory. */
  readonly secret: string | undefined;
  /** Idle time after which a session expires, in milliseconds. */
  readonly sessionTtlMs: number;
  readonly logLevel: LogLevel;
  readonly errorFormat: ErrorFormat;
  readonly models: ModelsConfig;
  /** undefined: agents cannot search the web. */
  readonly webSearch: SearchChoice | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment; a blank variable counts as unset.
 *
 * @throws StartError naming the variable, its value (never that of a secret) and what would be right.
 */
export function readConfig(env: Environment = process.env): Config {
  refuseUnsupported(env);
  const dataDir = read(env, 'OCTAVUS_DATA_DIR') ?? './.octavus';
  return {
    host: read(env, 'HOST') ?? '127.0.0.1',
    port: readAs(env, 'PORT', parsePort) ?? 6282,
    baseUrl: readAs(env, 'OCTAVUS_BASE_URL', parseBaseUrl),
    dataDir,
    databaseUrl: readAs(env, 'DATABASE_URL', parseDatabaseUrl) ?? `file:${dataDir}/octavus.db`,
    filesUrl: readAs(env, 'OCTAVUS_FILES_URL', parseFilesUrl) ?? `file:${dataDir}/files`,
    secret: read(env, 'OCTAVUS_SECRET'),
    sessionTtlMs: readAs(env, 'OCTAVUS_SESSION_TTL', parseDuration) ?? 24 * hourMs,
    logLevel: readAs(env, 'OCTAVUS_LOG_LEVEL', oneOf(logLevels)) ?? 'info',
    errorFormat: readAs(env, 'OCTAVUS_ERROR_FORMAT', oneOf(['nested', 'flat'] as const)) ?? 'nested',
    models: modelsConfigFromEnv(env),
    webSearch: readSearchChoice(env),
  };
}

/** The address that people and links use. */
export function publicUrl(config: Pick<Config, 'baseUrl'>, port: number): string {
  return config.baseUrl ?? `http://localhost:${port}`;
}

const secretNames: ReadonlySet<string> = new Set([
  'OCTAVUS_SECRET',
  'DATABASE_URL',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
]);

/** The values of the environment that no log line may contain. */
export function readSecrets(env: Environment = process.env): string[] {
  return Object.entries(env)
    .filter(([name]) => secretNames.has(name) || name.endsWith('_API_KEY'))
    .flatMap(([, value]) => (value?.trim() ? [value.trim()] : []));
}

/** What a variable may not be, said so that it reads well after `NAME is …: expected`. */
type Parser<Value> = (text: string) => Value | Expected;

interface Expected {
  readonly expected: string;
  /** Stands in for a value that may hold a password. */
  readonly shown?: string;
}

function refuseUnsupported(env: Environment): void {
  if (read(env, 'REDIS_URL') !== undefined) throw new StartError('REDIS_URL is not supported by this version yet');
}

/** The first search service that is configured. */
function readSearchChoice(env: Environment): SearchChoice | undefined {
  for (const variable of searchVariables) {
    const value = variable.endsWith('_URL') ? readAs(env, variable, parseBaseUrl) : read(env, variable);
    if (value !== undefined) return { variable, value };
  }
  return undefined;
}

function read(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function readAs<Value>(env: Environment, name: string, parse: Parser<Value>): Value | undefined {
  const text = read(env, name);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (!isExpected(value)) return value;
  throw new StartError(`${name} is ${value.shown ?? JSON.stringify(text)}: expected ${value.expected}`);
}

function isExpected(value: unknown): value is Expected {
  return typeof value === 'object' && value !== null && 'expected' in value;
}

function parsePort(text: string): number | Expected {
  const port = Number(text);
  return /^\d+$/.test(text) && port <= 65_535 ? port : { expected: 'a whole number from 0 to 65535' };
}

function parseBaseUrl(text: string): string | Expected {
  const url = URL.parse(text);
  const isUsable = url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  return isUsable ? text.replace(/\/+$/, '') : { expected: 'an address such as https://octavus.example.com' };
}

function parseDatabaseUrl(text: string): string | Expected {
  if (/^(file:.+|postgres(ql)?:\/\/.+)/.test(text)) return text;
  return { expected: 'file:<path> or postgres://<user>@<host>/<database>', shown: `"${text.split(':')[0]}:…"` };
}

function parseFilesUrl(text: string): string | Expected {
  if (/^file:.+/.test(text) || parseS3Url(text)) return text;
  const expected = 'file:<path> or s3://<bucket>?region=<region>&endpoint=<address>';
  return { expected, shown: `"${text.split(':')[0]}:…"` };
}

const hourMs = 60 * 60 * 1000;
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: hourMs, d: 24 * hourMs };

/** @returns milliseconds for texts such as `90s`, `1.5h`, `7d`. */
function parseDuration(text: string): number | Expected {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Math.round(Number(amount) * (unitMs[unit] ?? Number.NaN));
  return Number.isSafeInteger(ms) && ms > 0 ? ms : { expected: 'a time such as 90s, 30m, 24h or 7d' };
}

function oneOf<Value extends string>(values: readonly Value[]): Parser<Value> {
  return (text) => values.find((value) => value === text) ?? { expected: `one of ${values.join(', ')}` };
}
