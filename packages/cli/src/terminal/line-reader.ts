import { createInterface, type Interface } from 'node:readline';
import type { Sink } from '../output.ts';

export interface LineReaderOptions {
  readonly stdin: NodeJS.ReadStream;
  /** Where a terminal shows the prompt. */
  readonly echo: Sink;
  /** Ctrl-C on a terminal. */
  readonly onInterrupt: () => void;
  /** Sees each line first; one that it takes is not given to `next`. */
  readonly onLine: (line: string) => boolean;
}

/** Lines that a person types, or that come through a pipe. */
export class LineReader implements Disposable {
  readonly isTerminal: boolean;
  readonly #reader: Interface;
  readonly #echo: Sink;
  readonly #lines: string[] = [];
  #wake: (() => void) | undefined;
  #isClosed = false;

  constructor({ stdin, echo, onInterrupt, onLine }: LineReaderOptions) {
    this.isTerminal = stdin.isTTY === true;
    this.#echo = echo;
    this.#reader = createInterface({
      input: stdin,
      terminal: this.isTerminal,
      ...(this.isTerminal && { output: echo as NodeJS.WriteStream }),
    });
    this.#reader.on('line', (line) => {
      if (onLine(line)) return;
      this.#lines.push(line);
      this.#wake?.();
    });
    this.#reader.on('close', () => {
      this.#isClosed = true;
      this.#wake?.();
    });
    this.#reader.on('SIGINT', onInterrupt);
  }

  /**
   * The next line; `undefined` at the end of the input, or when the signal aborts.
   *
   * @param prompt shown on a terminal.
   */
  async next(prompt: string, signal: AbortSignal): Promise<string | undefined> {
    if (this.isTerminal && !this.#isClosed && this.#lines.length === 0) {
      this.#reader.setPrompt(prompt);
      this.#reader.prompt();
    }
    const stop = () => this.#wake?.();
    signal.addEventListener('abort', stop);
    try {
      while (this.#lines.length === 0 && !this.#isClosed && !signal.aborted) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      const line = signal.aborted ? undefined : this.#lines.shift();
      // What comes after the end begins a line of its own.
      if (line === undefined && this.isTerminal) this.#echo.write('\n');
      return line;
    } finally {
      this.#wake = undefined;
      signal.removeEventListener('abort', stop);
    }
  }

  [Symbol.dispose](): void {
    this.#reader.close();
  }
}
