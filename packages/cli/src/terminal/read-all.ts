/** Everything that comes through a pipe. @throws the signal's reason when it aborts first */
export async function readAll(stdin: NodeJS.ReadStream, signal: AbortSignal): Promise<string> {
  const stop = () => stdin.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    let text = '';
    stdin.setEncoding('utf8');
    for await (const chunk of stdin) text += chunk;
    return text;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
