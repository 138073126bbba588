import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Cli } from '../command.ts';

/**
 * Asks one question on standard error, so that standard output stays the command's result.
 *
 * @returns the line, without its end; empty at the end of the input.
 */
export async function ask({ stdin, output, signal }: Cli, question: string): Promise<string> {
  return read(createInterface({ input: stdin, output: output.stderr as NodeJS.WriteStream }), signal, question);
}

/** As `ask`; what is typed is not shown. */
export async function askSecret({ stdin, output, signal }: Cli, question: string): Promise<string> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  // From here on the terminal itself shows nothing, also of what is typed ahead of the question.
  const reader = createInterface({ input: stdin, output: unseen, terminal: true });
  output.stderr.write(question);
  try {
    return await read(reader, signal, '');
  } finally {
    output.stderr.write('\n');
  }
}

async function read(reader: Interface, signal: AbortSignal, question: string): Promise<string> {
  // The terminal gives Ctrl-C to the reader instead of making a signal of it.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const ended = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
    return await Promise.race([reader.question(question, { signal }), ended]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    reader.close();
  }
}
