import { createInterface } from 'node:readline/promises';
import type { Cli } from '../command.ts';

/**
 * Asks one question on standard error, so that standard output stays the command's result.
 *
 * @returns the line, without its end; empty at the end of the input.
 */
export async function ask({ stdin, output, signal }: Cli, question: string): Promise<string> {
  const reader = createInterface({ input: stdin, output: output.stderr as NodeJS.WriteStream });
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
