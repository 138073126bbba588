import type { FastifyReply } from 'fastify';

/** A signal that aborts, with the reason `disconnect`, when the caller leaves before the answer is complete. */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const { raw } = reply;
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort('disconnect');
  });
  if (raw.destroyed) controller.abort('disconnect');
  return controller.signal;
}
