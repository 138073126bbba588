import type { UIMessagePart, UIWorkerPart } from '@octavus/core';
import { partsOf, type Turn } from './turn.ts';

/**
 * The parts of a turn that finished. What still streams is done; calls that nobody will answer are cancelled, except those of
 * a worker that still runs. Operations and workers keep their status.
 */
export function finishedParts(turn: Turn): UIMessagePart[] {
  return partsOf(turn).map((part) => {
    if (part.type !== 'worker') return cancelCall(closePart(part));
    return part.status === 'running' ? part : mapNested(part, cancelCall);
  });
}

/** The parts of a turn that was stopped, failed or broke off: nothing streams, waits or runs any more. */
export function interruptedParts(turn: Turn): UIMessagePart[] {
  return partsOf(turn).map(interruptPart);
}

/** What still streams is done. */
export function closeStreaming(parts: readonly UIMessagePart[]): UIMessagePart[] {
  return parts.map(closePart);
}

function interruptPart(part: UIMessagePart): UIMessagePart {
  if (part.type === 'worker') {
    const nested = mapNested(part, interruptPart);
    return part.status === 'running' ? { ...nested, status: 'cancelled' } : nested;
  }
  if (part.type === 'operation' && part.status === 'running') return { ...part, status: 'cancelled' };
  return cancelCall(closePart(part));
}

function closePart(part: UIMessagePart): UIMessagePart {
  const canStream = part.type === 'text' || part.type === 'reasoning' || part.type === 'object' || part.type === 'todo';
  return canStream && part.status === 'streaming' ? { ...part, status: 'done' } : part;
}

function cancelCall(part: UIMessagePart): UIMessagePart {
  const isOpen = part.type === 'tool-call' && (part.status === 'pending' || part.status === 'running');
  return isOpen ? { ...part, status: 'cancelled' } : part;
}

function mapNested(part: UIWorkerPart, change: (part: UIMessagePart) => UIMessagePart): UIWorkerPart {
  const parts = part.parts.map(change) as UIWorkerPart['parts'];
  return parts.every((nested, index) => nested === part.parts[index]) ? part : { ...part, parts };
}
