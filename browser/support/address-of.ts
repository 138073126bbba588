import { createInterface } from 'node:readline';

/** Waits for the first address that a server prints. */
export async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [url] = /http:\/\/\S+/.exec(line) ?? [];
    if (!url) continue;
    output.resume();
    return url;
  }
  throw new Error('the server ended before it listened');
}
