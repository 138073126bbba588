import type {
  Change,
  ChangeKind,
  ContextChanged,
  ExecutionEnded,
  ExecutionPaused,
  ExecutionStarted,
  HistoryTruncated,
  LegRestarted,
  LegStarted,
  PartAppended,
  PartExtended,
  PartReplaced,
  SessionRestored,
  ThreadStarted,
  WorkerEnded,
} from './change.ts';
import { type ContextState, forgetMessages } from './context-state.ts';
import type { Message, Part } from './message.ts';
import {
  type ExecutionState,
  openSession,
  type PastExecution,
  type SessionState,
  type ThreadState,
} from './session-state.ts';
import { cancelUnanswered, closeMessage, settleCall } from './settle.ts';
import { addWorker, removeWorker, updateWorker, updateWorkers } from './workers.ts';

/** The state after a change. Pure; what did not change is shared with the state before. */
export function fold(state: SessionState, change: Change): SessionState {
  const folder = folders[change.change] as (state: SessionState, change: Change) => SessionState;
  return folder(state, change);
}

export function foldAll(state: SessionState, changes: Iterable<Change>): SessionState {
  let next = state;
  for (const change of changes) next = fold(next, change);
  return next;
}

const folders: {
  [Kind in ChangeKind]: (state: SessionState, change: Extract<Change, { change: Kind }>) => SessionState;
} = {
  'execution-started': startExecution,
  'leg-started': startLeg,
  'leg-restarted': restartLeg,
  'execution-paused': pauseExecution,
  'execution-ended': endExecution,
  'message-appended': (state, { thread, message }) => withMessages(state, thread, (messages) => [...messages, message]),
  'part-appended': appendPart,
  'part-extended': extendPart,
  'part-replaced': replacePart,
  'message-closed': (state, { thread, messageId }) => withMessage(state, thread, messageId, closeMessage),
  'tool-call-settled': (state, { toolCallId, outcome }) =>
    ownMessages(state, (message) => settleCall(message, toolCallId, outcome)),
  'variable-set': (state, { name, value }) => ({ ...state, variables: { ...state.variables, [name]: value } }),
  'resource-set': (state, { name, value }) => ({ ...state, resources: { ...state.resources, [name]: value } }),
  'thread-started': startThread,
  'todos-set': (state, { thread, todos }) =>
    thread === 'main' ? { ...state, todos } : withThread(state, thread, (named) => ({ ...named, todos })),
  'context-changed': changeContext,
  'worker-started': addWorker,
  'worker-changed': (state, { workerId, inner }) => updateWorker(state, workerId, (worker) => fold(worker, inner)),
  'worker-ended': endWorker,
  'history-truncated': truncateHistory,
  'session-restored': restoreSession,
};

function startExecution(state: SessionState, change: ExecutionStarted): SessionState {
  const { variables, resources, threads, todos, context } = state;
  const execution: ExecutionState = {
    executionId: change.executionId,
    messageId: change.messageId,
    agentVersion: change.agentVersion,
    triggerName: change.triggerName,
    triggerInput: change.triggerInput,
    ...(change.sender && { sender: change.sender }),
    dynamicTools: change.dynamicTools ?? [],
    isTraced: change.isTraced ?? false,
    status: 'running',
    checkpoint: { lastMessageId: state.messages.at(-1)?.id, variables, resources, threads, todos, context },
    position: undefined,
    pending: [],
    legStart: undefined,
    announced: 0,
    logged: 0,
  };
  return {
    ...state,
    execution,
    earlier: state.execution ? [...state.earlier, toPast(state.execution)] : state.earlier,
  };
}

/** Also ends the right to repeat its last continuation: a newer trigger was accepted (section 7). */
function toPast({ executionId, status, checkpoint }: ExecutionState): PastExecution {
  return { executionId, status, checkpoint };
}

function startLeg(state: SessionState, change: LegStarted): SessionState {
  let next = state;
  for (const { toolCallId, outcome } of change.outcomes) {
    next = ownMessages(next, (message) => settleCall(message, toolCallId, outcome));
  }
  next = updateWorkers(next, (worker) => startWorkerLeg(worker, change));
  const { messages, variables, resources, threads, todos, context, workers } = next;
  return withExecution(next, (execution) => ({
    ...execution,
    status: 'running',
    dynamicTools: change.dynamicTools ?? execution.dynamicTools,
    legStart: execution.position && {
      outcomes: change.outcomes,
      messages,
      variables,
      resources,
      threads,
      todos,
      context,
      workers,
      position: execution.position,
      pending: execution.pending,
    },
  }));
}

/** A worker that waits gets the results of its own calls. */
function startWorkerLeg(worker: SessionState, { outcomes, dynamicTools }: LegStarted): SessionState {
  const { execution } = worker;
  if (execution?.status !== 'waiting') return worker;
  const asked = new Set(execution.pending.map(({ toolCallId }) => toolCallId));
  return startLeg(worker, {
    change: 'leg-started',
    executionId: execution.executionId,
    outcomes: outcomes.filter(({ toolCallId }) => asked.has(toolCallId)),
    ...(dynamicTools && { dynamicTools }),
  });
}

function restartLeg(state: SessionState, _change: LegRestarted): SessionState {
  const legStart = state.execution?.legStart;
  if (!legStart) return state;
  const { messages, variables, resources, threads, todos, context, workers, position, pending } = legStart;
  const restored = withContext({ ...state, messages, variables, resources, threads, todos, workers }, context);
  return withExecution(restored, (execution) => ({ ...execution, status: 'running', position, pending }));
}

function pauseExecution(state: SessionState, change: ExecutionPaused): SessionState {
  const { position, pending, announced, logged = 0, usage } = change;
  return withExecution(state, (execution) => ({
    ...execution,
    status: 'waiting',
    position,
    pending,
    announced,
    logged,
    ...(usage && { usage }),
    legStart: undefined,
  }));
}

function endExecution(state: SessionState, change: ExecutionEnded): SessionState {
  const isRepeatable = !change.isStopped && (change.status === 'aborted' || change.status === 'interrupted');
  let sealed = ownMessages(state, (message) => cancelUnanswered(closeMessage(message)));
  for (const workerId of state.workers.keys())
    sealed = endWorker(sealed, { change: 'worker-ended', workerId, isCancelled: true });
  return withExecution(sealed, (execution) => ({
    ...execution,
    status: change.status,
    ...(change.finishReason && { finishReason: change.finishReason }),
    position: undefined,
    pending: [],
    legStart: isRepeatable ? execution.legStart : undefined,
  }));
}

function endWorker(state: SessionState, end: WorkerEnded): SessionState {
  const { workerId } = end;
  const worker = state.workers.get(workerId);
  if (!worker) return state;
  const sealed = endExecution(worker.state, { change: 'execution-ended', executionId: workerId, status: 'completed' });
  return removeWorker(state, { ...worker, state: sealed }, end);
}

function appendPart(state: SessionState, change: PartAppended): SessionState {
  return withParts(state, change, (parts) => [...parts, change.part]);
}

function replacePart(state: SessionState, change: PartReplaced): SessionState {
  return withParts(state, change, (parts) => parts.with(change.index, change.part));
}

function extendPart(state: SessionState, change: PartExtended): SessionState {
  return withParts(state, change, (parts) => {
    const part = parts[change.index];
    if (part?.type !== 'text' && part?.type !== 'reasoning') return parts;
    const { isOpen: _, ...closed } = part;
    const extended = {
      ...closed,
      content: part.content + change.text,
      ...(!change.isLast && { isOpen: true as const }),
    };
    return parts.with(change.index, extended);
  });
}

function startThread(state: SessionState, change: ThreadStarted): SessionState {
  const thread: ThreadState = {
    name: change.name,
    settings: change.settings,
    system: change.system,
    messages: [],
    todos: [],
  };
  const threads = new Map(state.threads).set(change.name, thread);
  return change.name === 'main' ? { ...restartMain(state), threads } : { ...state, threads };
}

/** Steps of a worker that start its main thread again begin with an empty context; people keep what was said. */
function restartMain(state: SessionState): SessionState {
  const forget = (part: Part): Part => (part.thread === undefined ? { ...part, isDisplayOnly: true } : part);
  const messages = state.messages.map((message) => ({ ...message, parts: message.parts.map(forget) }));
  return withContext({ ...state, messages, todos: [] }, undefined);
}

function changeContext(state: SessionState, { thread, fields }: ContextChanged): SessionState {
  if (thread === 'main') return { ...state, context: { ...state.context, ...fields } };
  return withThread(state, thread, (named) => ({ ...named, context: { ...named.context, ...fields } }));
}

function withContext(state: SessionState, context: ContextState | undefined): SessionState {
  const { context: _, ...rest } = state;
  return context ? { ...rest, context } : rest;
}

function truncateHistory(state: SessionState, { afterMessageId }: HistoryTruncated): SessionState {
  const keep = afterMessageId === null ? 0 : state.messages.findIndex((message) => message.id === afterMessageId) + 1;
  const anchor = afterMessageId ?? undefined;
  const messages = state.messages.slice(0, keep);
  for (const { checkpoint } of [...state.earlier, ...(state.execution ? [state.execution] : [])]) {
    if (checkpoint.lastMessageId !== anchor) continue;
    const { variables, resources, threads, todos, context } = checkpoint;
    return withContext({ ...state, messages, variables, resources, threads, todos }, context);
  }
  const isKept = (id: string) => messages.some((message) => message.id === id);
  return withContext({ ...state, messages }, state.context && forgetMessages(state.context, isKept));
}

function restoreSession({ sessionId, kind }: SessionState, change: SessionRestored): SessionState {
  const { input, variables, resources, messages, todos } = change;
  return { ...openSession({ sessionId, kind, input, variables, resources }), messages, todos };
}

type MessageList = readonly Message[];

function withMessages(
  state: SessionState,
  thread: string,
  update: (messages: MessageList) => MessageList,
): SessionState {
  if (thread === 'main') return { ...state, messages: update(state.messages) };
  return withThread(state, thread, (named) => ({ ...named, messages: update(named.messages) }));
}

function withThread(state: SessionState, name: string, update: (thread: ThreadState) => ThreadState): SessionState {
  const thread = state.threads.get(name);
  return thread ? { ...state, threads: new Map(state.threads).set(name, update(thread)) } : state;
}

/** Searches from the end: changes concern the newest messages, so the cost does not grow with the history. */
function withMessage(
  state: SessionState,
  thread: string,
  messageId: string,
  update: (message: Message) => Message,
): SessionState {
  return withMessages(state, thread, (messages) => {
    const index = messages.findLastIndex((message) => message.id === messageId);
    return index < 0 ? messages : messages.with(index, update(messages[index]!));
  });
}

function withParts(
  state: SessionState,
  at: { readonly thread: string; readonly messageId: string },
  update: (parts: readonly Part[]) => readonly Part[],
): SessionState {
  return withMessage(state, at.thread, at.messageId, (message) => ({ ...message, parts: update(message.parts) }));
}

function withExecution(state: SessionState, update: (execution: ExecutionState) => ExecutionState): SessionState {
  return state.execution ? { ...state, execution: update(state.execution) } : state;
}

/** Updates the messages the newest execution wrote; a list in which nothing changed stays the same value. */
function ownMessages(state: SessionState, update: (message: Message) => Message): SessionState {
  const executionId = state.execution?.executionId;
  const messages = mapOwn(state.messages, executionId, update);
  let threads = state.threads;
  for (const [name, thread] of state.threads) {
    const mapped = mapOwn(thread.messages, executionId, update);
    if (mapped !== thread.messages) threads = new Map(threads).set(name, { ...thread, messages: mapped });
  }
  return { ...state, messages, threads };
}

/** One execution at a time writes a session, so its messages are the last ones: the walk ends at the first of another. */
function mapOwn(
  messages: MessageList,
  executionId: string | undefined,
  update: (message: Message) => Message,
): MessageList {
  let mapped: Message[] | undefined;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index]!;
    if (message.executionId !== executionId) break;
    const next = update(message);
    if (next === message) continue;
    mapped ??= [...messages];
    mapped[index] = next;
  }
  return mapped ?? messages;
}
