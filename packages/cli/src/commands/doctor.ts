import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readKeyPermissions } from '../api/key-permissions.ts';
import { type Cli, defineCommand } from '../command.ts';
import { keyHint, type Resolved } from '../config/config.ts';
import { maskKey } from '../config/mask-key.ts';
import { ApiFailure, exitCodes, isInterruption, toFailure } from '../failures.ts';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly message: string;
}

/** Oldest Node.js that the package runs on, and that runs agents on models of providers. */
const oldestNode = { cli: 18, models: 22 } as const;

/** A server whose clock differs by more lets tokens expire too early or too late, in milliseconds. */
const largestSkewMs = 60_000;

const patienceMs = 5_000;

export const doctor = defineCommand({
  usage: 'doctor',
  summary: 'Find out what is wrong with the set-up: Node.js, settings, server, key, clock, versions',
  run: async (cli) => {
    const { output } = cli;
    const checks = [nodeCheck(), ...settingChecks(cli), ...(await serverChecks(cli)), ...projectChecks(cli)];
    const isFailed = checks.some(({ state }) => state === 'failed');
    if (output.isJson) output.json({ ok: !isFailed, checks });
    for (const { name, state, message } of checks) {
      const text = `${output.style.bold(name)}: ${message}`;
      if (state === 'ok') output.success(text);
      else if (state === 'warning') output.warning(text);
      else output.error(text);
    }
    return isFailed ? exitCodes.failure : exitCodes.success;
  },
});

function nodeCheck(): Check {
  const { node } = process.versions;
  const major = Number(node.split('.')[0]);
  if (major < oldestNode.cli) return failed('Node.js', `${node} is too old: ${oldestNode.cli} or later`);
  if (major < oldestNode.models) {
    return warning(
      'Node.js',
      `${node} runs everything but models of providers in a folder: those need ${oldestNode.models}`,
    );
  }
  return ok('Node.js', node);
}

function settingChecks(cli: Cli): Check[] {
  const key = findKey(cli);
  return [
    attempt('Server address', () => describe(cli.apiUrl())),
    key ? ok('API key', describe({ ...key, value: maskKey(key.value) })) : noKey(),
  ];
}

/** With an address that is none there is no telling whether a profile's key is for it. */
function findKey(cli: Cli): Resolved | undefined {
  try {
    return cli.apiKey();
  } catch {
    return undefined;
  }
}

function describe({ value, origin }: { readonly value: string; readonly origin: string }): string {
  return `${value} (${origin})`;
}

function noKey(): Check {
  return failed('API key', `none: set OCTAVUS_CLI_API_KEY or OCTAVUS_API_KEY. ${keyHint} \`octavus login\` keeps it`);
}

async function serverChecks(cli: Cli): Promise<Check[]> {
  const address = attempt('Server', () => cli.apiUrl().value);
  if (address.state === 'failed') return [];
  const url = address.message;
  const sentAt = Date.now();
  const health = await get(cli, `${url}/healthz`);
  if ('problem' in health) return [failed('Server', `does not answer at ${url}: ${health.problem}. Is it running?`)];
  const type = health.response.headers.get('content-type') ?? 'no content type';
  if (health.response.ok && !type.includes('application/json')) {
    return [failed('Server', `what answers at ${url} is no Octavus server (${type}): is the address right?`)];
  }
  const checks = [
    health.response.ok ? ok('Server', 'answers') : failed('Server', `answers ${health.response.status} at /healthz`),
  ];
  const ready = await get(cli, `${url}/readyz`);
  if ('response' in ready) {
    checks.push(
      ready.response.ok
        ? ok('Database', 'answers')
        : failed('Database', `the server is not ready (${ready.response.status})`),
    );
  }
  checks.push(...clockCheck(health.response, sentAt));
  return findKey(cli) ? [...checks, ...(await keyChecks(cli))] : checks;
}

function clockCheck({ headers }: Response, sentAt: number): Check[] {
  const date = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(date)) return [];
  const skewMs = date - (sentAt + Date.now()) / 2;
  const seconds = Math.round(skewMs / 1000);
  if (Math.abs(skewMs) <= largestSkewMs) return [ok('Clock', 'agrees with the server')];
  return [warning('Clock', `the server is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`)];
}

async function keyChecks(cli: Cli): Promise<Check[]> {
  try {
    const granted = await readKeyPermissions(cli.connect());
    return [granted.length > 0 ? ok('Key', `allows ${granted.join(', ')}`) : failed('Key', 'allows nothing')];
  } catch (error) {
    if (isInterruption(error, cli.signal)) throw error;
    const isUnknown = error instanceof ApiFailure && error.status === 401;
    const unknown = `the server does not know it: unknown, revoked or expired. ${keyHint}`;
    const message = isUnknown ? unknown : toFailure(error).message;
    return [failed('Key', message)];
  }
}

async function get({ signal }: Cli, url: string): Promise<{ response: Response } | { problem: string }> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), patienceMs);
  const stop = () => controller.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const response = await fetch(url, { signal: controller.signal });
    await response.body?.cancel();
    return { response };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string };
    return {
      problem: controller.signal.aborted
        ? `no answer within ${patienceMs / 1000} s`
        : (cause?.code ?? cause?.message ?? message),
    };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** The SDKs of the project in the working directory: they belong to one release. */
function projectChecks({ cwd }: Cli): Check[] {
  const names = ['core', 'server-sdk', 'client-sdk', 'react'];
  const found = names.flatMap((name) => {
    const version = readVersion(join(cwd, 'node_modules/@octavus', name, 'package.json'));
    return version === undefined ? [] : [{ name, version }];
  });
  if (found.length === 0) return [];
  const list = found.map(({ name, version }) => `${name} ${version}`).join(', ');
  const isOne = new Set(found.map(({ version }) => version)).size === 1;
  return [isOne ? ok('Packages', list) : warning('Packages', `versions differ: ${list}`)];
}

function readVersion(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { version?: string }).version;
  } catch {
    return undefined;
  }
}

function attempt(name: string, read: () => string): Check {
  try {
    return ok(name, read());
  } catch (error) {
    return failed(name, toFailure(error).message);
  }
}

function ok(name: string, message: string): Check {
  return { name, state: 'ok', message };
}

function warning(name: string, message: string): Check {
  return { name, state: 'warning', message };
}

function failed(name: string, message: string): Check {
  return { name, state: 'failed', message };
}
