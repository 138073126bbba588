import type { Message, Part } from '../state/message.ts';
import type { SessionState } from '../state/session-state.ts';
import { nestedPartsOf } from '../state/workers.ts';

/** The messages with what running and waiting workers made so far in their parts. */
export function withOpenWorkers({ messages, workers }: Pick<SessionState, 'messages' | 'workers'>): readonly Message[] {
  if (workers.size === 0) return messages;
  const fill = (part: Part): Part => {
    if (part.type !== 'worker' || !part.worker.isOpen) return part;
    const worker = workers.get(part.worker.workerId);
    return worker ? { ...part, worker: { ...part.worker, nestedParts: nestedPartsOf(worker) } } : part;
  };
  return messages.map((message) => (message.isOpen ? { ...message, parts: message.parts.map(fill) } : message));
}
