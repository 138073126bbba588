import type { WorkerEnded, WorkerStarted } from './change.ts';
import type { Part, WorkerPart } from './message.ts';
import { openSession, type SessionState, type WorkerState } from './session-state.ts';

/** The state with a worker at its beginning. */
export function addWorker(state: SessionState, { change: _, opening, ...worker }: WorkerStarted): SessionState {
  const own = openSession({ sessionId: worker.workerId, kind: 'worker', ...opening });
  return { ...state, workers: new Map(state.workers).set(worker.workerId, { ...worker, state: own }) };
}

export function updateWorker(
  state: SessionState,
  workerId: string,
  update: (worker: SessionState) => SessionState,
): SessionState {
  const worker = state.workers.get(workerId);
  if (!worker) return state;
  return { ...state, workers: new Map(state.workers).set(workerId, { ...worker, state: update(worker.state) }) };
}

export function updateWorkers(state: SessionState, update: (worker: SessionState) => SessionState): SessionState {
  let next = state;
  for (const workerId of state.workers.keys()) next = updateWorker(next, workerId, update);
  return next;
}

/**
 * The state without the worker; what it made stays in its part.
 *
 * @param worker sealed: nothing in its state is open.
 */
export function removeWorker(state: SessionState, worker: WorkerState, end: WorkerEnded): SessionState {
  const workers = new Map(state.workers);
  workers.delete(worker.workerId);
  const place = findPart(state, worker.workerId);
  if (!place) return { ...state, workers };
  const message = state.messages[place.message]!;
  const part = closePart(message.parts[place.part] as WorkerPart, worker, end);
  const changed = { ...message, parts: message.parts.with(place.part, part) };
  return { ...state, workers, messages: state.messages.with(place.message, changed) };
}

function closePart({ worker: info, ...part }: WorkerPart, worker: WorkerState, end: WorkerEnded): WorkerPart {
  const { isOpen: _, ...closed } = info;
  const { change: __, workerId: ___, ...outcome } = end;
  return { ...part, worker: { ...closed, nestedParts: nestedPartsOf(worker), ...outcome } };
}

/** What people see of the worker's inside: nothing unless its display mode is `stream` (stream-events.md 5.3). */
export function nestedPartsOf({ display, state, toolNames }: WorkerState): readonly Part[] {
  if (display !== 'stream') return [];
  const said = state.messages.filter(({ role }) => role === 'assistant').flatMap(({ parts }) => parts);
  const shown = said.filter(({ visible, type }) => visible && type !== 'worker' && type !== 'step-start');
  return toolNames ? shown.map((part) => renameTool(part, toolNames)) : shown;
}

/** Tools that the caller maps have its names for them, as in the stream. */
function renameTool(part: Part, names: NonNullable<WorkerState['toolNames']>): Part {
  if (part.type !== 'tool-call') return part;
  const name = names[part.toolCall.name];
  return name === undefined ? part : { ...part, toolCall: { ...part.toolCall, name } };
}

/** Workers belong to the newest execution: the walk from the end is short. */
function findPart({ messages }: SessionState, workerId: string): { message: number; part: number } | undefined {
  for (let message = messages.length - 1; message >= 0; message -= 1) {
    const part = messages[message]!.parts.findIndex((one) => one.type === 'worker' && one.worker.workerId === workerId);
    if (part >= 0) return { message, part };
  }
  return undefined;
}
