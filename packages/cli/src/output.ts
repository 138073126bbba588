import type { CliFailure, Finding } from './failures.ts';
import { printable } from './terminal/printable.ts';

/** A stream that a command writes to: `process.stdout`, `process.stderr`. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface OutputOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** Whether a stream gets colours. */
  readonly hasColor: (sink: Sink) => boolean;
}

type Paint = (text: string) => string;

/** Colours of emphasis (cli.md 3). Without colours each gives the text back. */
export interface Style {
  readonly bold: Paint;
  readonly path: Paint;
  readonly location: Paint;
  readonly secret: Paint;
  readonly added: Paint;
  readonly removed: Paint;
}

/**
 * What a command says (cli.md 3): results on standard output, errors and their details on standard error.
 *
 * With `--json` only `json`, `fail` and `progress` write; with `--quiet` everything but `info` and `progress` does.
 */
export class Output {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** A terminal gets nothing that would steer it; a pipe gets every byte. */
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Standard error as it is, for what edits lines on a terminal. */
  readonly terminal: Sink;
  /** Of standard output. */
  readonly hasColor: boolean;
  /** Of standard error, which may be a file where the other is a terminal. */
  readonly errorHasColor: boolean;
  /** Emphasis on standard output. */
  readonly style: Style;
  /** Emphasis on standard error. */
  readonly errorStyle: Style;
  #isLines = false;
  #isMute = false;

  constructor({ stdout, stderr, isJson, isQuiet, hasColor }: OutputOptions) {
    this.stdout = toSafe(stdout);
    this.stderr = toSafe(stderr);
    this.terminal = stderr;
    this.isJson = isJson;
    this.isQuiet = isQuiet;
    this.hasColor = hasColor(stdout);
    this.errorHasColor = hasColor(stderr);
    this.style = createStyle(this.hasColor);
    this.errorStyle = createStyle(this.errorHasColor);
  }

  success(text: string): void {
    this.line(`${paint(this.hasColor, 32, '✓')} ${text}`);
  }

  warning(text: string): void {
    this.line(`${paint(this.hasColor, 33, '⚠')} ${text}`);
  }

  info(text: string): void {
    if (!this.isQuiet) this.line(`${paint(this.hasColor, 34, 'ℹ')} ${text}`);
  }

  detail(text: string): void {
    this.line(paint(this.hasColor, 90, text));
  }

  keyValue(key: string, value: string): void {
    this.line(`  ${paint(this.hasColor, 90, `${key}:`)} ${value}`);
  }

  /** From here on `--quiet` leaves out everything but errors. */
  sayErrorsOnly(): void {
    this.#isMute = this.isQuiet;
  }

  /** Text as it is, on standard output. */
  line(text = ''): void {
    if (!this.isJson && !this.#isMute) this.stdout.write(`${text}\n`);
  }

  error(text: string): void {
    if (!this.isJson) this.stderr.write(`${paint(this.errorHasColor, 31, '✗')} ${text}\n`);
  }

  /** About the call itself rather than its subject, such as a file that `--env` names and nobody finds. */
  notice(text: string): void {
    this.stderr.write(`${paint(this.errorHasColor, 33, '⚠')} ${text}\n`);
  }

  /** What is under way, on standard error; not with `--quiet`. */
  progress(text: string): void {
    if (!this.isQuiet) this.stderr.write(`${paint(this.errorHasColor, 90, text)}\n`);
  }

  /** As `progress`, for a person who waits: a pipe and JSON have none of it. */
  progressOnTerminal(text: string): void {
    if (this.stderr.isTTY && !this.isJson) this.progress(text);
  }

  /** The one value of `--json`; a line of a command that writes lines. */
  json(value: unknown): void {
    this.stdout.write(`${JSON.stringify(value, null, this.#isLines ? 0 : 2)}\n`);
  }

  /** From here on the command writes JSON values as they come, one per line, and its failure as one too. */
  writeLines(): void {
    this.#isLines = true;
  }

  /** One line of a stream of JSON values. */
  jsonLine(value: unknown): void {
    this.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Ends a command that failed: in JSON on standard output, else as text on standard error. */
  fail(failure: CliFailure): void {
    if (this.isJson || this.#isLines) {
      this.json({ error: failure.message, code: failure.code, ...failure.fields });
      return;
    }
    this.error(failure.text);
    for (const line of failure.details) this.stderr.write(`${paint(this.errorHasColor, 90, line)}\n`);
    this.findings(failure.findings, 'error');
  }

  /** Findings of a validation, one line each: errors on standard error, warnings on standard output. */
  findings(findings: readonly Finding[], severity: 'error' | 'warning'): void {
    const { location } = severity === 'error' ? this.errorStyle : this.style;
    for (const { message, path } of findings) this[severity](`  ${message}${path ? ` (${location(path)})` : ''}`);
  }
}

function toSafe(sink: Sink): Sink {
  return sink.isTTY ? { isTTY: true, write: (text) => sink.write(printable(text)) } : sink;
}

function createStyle(hasColor: boolean): Style {
  const style = (code: number) => (text: string) => paint(hasColor, code, text);
  return {
    bold: style(1),
    path: style(36),
    location: style(90),
    secret: style(33),
    added: style(32),
    removed: style(31),
  };
}

function paint(hasColor: boolean, code: number, text: string): string {
  return hasColor ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/**
 * Whether a stream gets colours: on a terminal, unless `NO_COLOR`, `--no-color` or `FORCE_COLOR=0` say no; anywhere when
 * `FORCE_COLOR` says so. Sources: no-color.org, force-color.org.
 */
export function wantsColor(
  sink: Sink,
  { env, isRefused }: { readonly env: Readonly<Record<string, string | undefined>>; readonly isRefused: boolean },
): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (isRefused || NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return sink.isTTY === true && TERM !== 'dumb';
}
