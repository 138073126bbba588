import { createRequire } from 'node:module';
import { type DestinationStream, destination, type Logger, pino } from 'pino';

export type { Logger };

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

interface LoggerOptions {
  readonly level: LogLevel;
  /** Values that must never be written, such as provider keys. */
  readonly secrets: readonly string[];
  /** Takes finished lines; default: standard error, for people when it is a terminal. */
  readonly sink?: DestinationStream;
}

/**
 * The logger of the process. Standard output stays free for what the operator is told.
 *
 * Secrets are removed from the finished line, so that one inside an error message or a nested object is caught too.
 */
export function createLogger({ level, secrets, sink = standardError() }: LoggerOptions): Logger {
  const redact = createRedactor(secrets);
  return pino({ level, base: undefined }, { write: (line) => sink.write(redact(line)) });
}

const mask = '[redacted]';

/** Our credentials, bearer headers, and the forms of provider keys that are known. */
const credential =
  /(\boct_(?:sk|et|agt)_)[\w.-]+|(\bBearer\s+)[\w.~+/=-]+|(\bsk-)[\w-]{12,}|(\bxai-)[\w-]{12,}|(\bAIza)[\w-]{20,}/gi;

/** The shortest value looked for as it is: a shorter one would black out ordinary words. */
const shortestSecret = 8;

/** @param secrets values to remove wherever they occur, besides everything that looks like a credential. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= shortestSecret).map((secret) => RegExp.escape(secret));
  const exact = known.length > 0 ? new RegExp(known.join('|'), 'g') : undefined;
  return (text) => {
    const withoutKnown = exact ? text.replace(exact, mask) : text;
    return withoutKnown.replace(credential, (_match, ...prefixes: unknown[]) => {
      const prefix = prefixes.slice(0, 5).find((group) => typeof group === 'string');
      return `${prefix ?? ''}${mask}`;
    });
  };
}

function standardError(): DestinationStream {
  if (!process.stderr.isTTY) return destination({ dest: 2, sync: false });
  // Loaded for terminals only.
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
  const toPrettyLine = prettyFactory({ colorize: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' });
  return { write: (line) => process.stderr.write(toPrettyLine(line)) };
}
