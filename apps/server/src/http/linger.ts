import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long a request that was refused for its size may go on arriving. */
const lingerMs = 5_000;

/**
 * Lets the rest of a refused body arrive and throws it away, for a while.
 *
 * Closing at once would reset the connection under a client that is still sending, and the reset overtakes the answer: clients that read
 * it only after their last byte (`fetch` does) would see a broken connection instead of the 413.
 */
export function lingerAfterRefusal(request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = request;
  if (raw.complete) return;
  // Fastify asks for the connection to be closed with the answer, which is the reset.
  reply.removeHeader('connection');
  const timer = setTimeout(() => raw.destroy(), lingerMs);
  raw.once('close', () => clearTimeout(timer)).once('end', () => clearTimeout(timer));
  raw.resume();
}
