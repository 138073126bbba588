/** Exit statuses (cli.md 3). */
export const exitCodes = { success: 0, failure: 1, noKey: 2, differences: 3, interrupted: 130 } as const;

/** Codes of failures in `--json` (cli.md 3). */
export type FailureCode = 'CONFIG_ERROR' | 'FILE_ERROR' | 'API_ERROR' | 'NOT_FOUND' | 'NETWORK_ERROR' | 'UNKNOWN';

/** A finding of the validator as the server sends it. */
export interface Finding {
  readonly message: string;
  readonly path?: string;
}

/** A failure that is told to the user by its message and no stack. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** Status of the process. */
  get exitCode(): number {
    return this.code === 'CONFIG_ERROR' ? exitCodes.noKey : exitCodes.failure;
  }

  /** The message as text; JSON has the bare one. */
  get text(): string {
    return this.message;
  }

  /** Lines in grey below the message. */
  get details(): readonly string[] {
    return [];
  }

  /** Findings of the validator that explain the failure. */
  get findings(): readonly Finding[] {
    return [];
  }

  /** What JSON has besides `error` and `code`. */
  get fields(): Readonly<Record<string, unknown>> {
    return {};
  }
}

/** Something is wrong with a file or folder of the user. */
export class FileFailure extends CliFailure {
  readonly path: string | undefined;

  constructor(message: string, path?: string, options?: { cause?: unknown }) {
    super('FILE_ERROR', message, options);
    this.path = path;
  }

  override get details(): readonly string[] {
    return this.path === undefined ? [] : [`  File: ${this.path}`];
  }
}

/** The server refused, or answered what is no answer. */
export class ApiFailure extends CliFailure {
  readonly status: number;
  /** The server's own code, such as `VALIDATION_ERROR`. */
  readonly apiCode: string | undefined;
  /** What the server found wrong with the request. */
  readonly issues: readonly Finding[];

  constructor(message: string, { status, apiCode, issues = [] }: ApiFailureDetails) {
    super('API_ERROR', message);
    this.status = status;
    this.apiCode = apiCode;
    this.issues = issues;
  }

  override get text(): string {
    return `API error: ${this.message}`;
  }

  override get details(): readonly string[] {
    const status = `  Status: ${this.status}`;
    return this.status === 401
      ? [status, '  `octavus config` shows which key is used and where it comes from']
      : [status];
  }

  override get findings(): readonly Finding[] {
    return this.apiCode === 'VALIDATION_ERROR' ? this.issues : [];
  }

  override get fields(): Readonly<Record<string, unknown>> {
    const { apiCode, issues } = this;
    return { ...(apiCode !== undefined && { apiCode }), ...(issues.length > 0 && { issues }) };
  }
}

interface ApiFailureDetails {
  readonly status: number;
  readonly apiCode?: string;
  readonly issues?: readonly Finding[];
}

/** The command line makes no sense; told on standard error, as the parser's own complaints are. */
export class UsageFailure extends Error {
  override readonly name = 'UsageFailure';
}

/** The user pressed Ctrl-C, or the process was told to stop. */
export function isInterruption(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'));
}

/** Any thrown value as a failure the user is told of. */
export function toFailure(error: unknown): CliFailure {
  if (error instanceof CliFailure) return error;
  return new CliFailure('UNKNOWN', error instanceof Error ? error.message : String(error), { cause: error });
}
