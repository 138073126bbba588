import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Cli } from '../command.ts';
import { LineReader } from './line-reader.ts';

/** Asks questions on standard error, so that standard output stays the command's result. */
export interface Questions extends Disposable {
  /** @returns the line, without its end; empty at the end of the input. */
  ask(question: string): Promise<string>;
}

/** What is typed or pasted ahead of a question answers it: one reader for all of them. */
export function openQuestions({ stdin, output, signal }: Cli): Questions {
  const reader = new LineReader({ stdin, echo: output.terminal, onInterrupt: interrupt, onLine: () => false });
  return {
    ask: async (question) => {
      const line = await reader.next(question, signal);
      if (signal.aborted) throw signal.reason;
      return line ?? '';
    },
    [Symbol.dispose]: () => reader[Symbol.dispose](),
  };
}

/** Asks one question; what is typed is not shown. */
export async function askSecret({ stdin, output, signal }: Cli, question: string): Promise<string> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  // From here on the terminal itself shows nothing, also of what is typed ahead of the question.
  const reader = createInterface({ input: stdin, output: unseen, terminal: true });
  reader.on('SIGINT', interrupt);
  output.stderr.write(question);
  try {
    const ended = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
    return await Promise.race([reader.question('', { signal }), ended]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    reader.close();
    output.stderr.write('\n');
  }
}

/** The terminal gives Ctrl-C to the reader instead of making a signal of it. */
function interrupt(): void {
  process.kill(process.pid, 'SIGINT');
}
