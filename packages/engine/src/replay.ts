import type { StreamEvent } from '@octavus/core';
import type { AgentDefinition, Block, NextMessageBlock } from '@octavus/protocol';
import { toolRequestEvent } from './execution/tool-request.ts';
import type { Message, Part, ToolCallPart, WorkerPart } from './state/message.ts';
import type { ExecutionState, SessionState } from './state/session-state.ts';

/**
 * The newest execution of a session once more as events, without calling a model (http-api.md 6.8): `start` with the original ids,
 * the visible blocks and parts with one delta per text, then the original ending: `finish`, or for a waiting execution the same
 * `tool-request`.
 *
 * Which block wrote a part is not stored; blocks are found by walking the handler along with the parts.
 *
 * @param definition the version the execution ran with.
 * @returns `[]` when the session has no execution that completed or waits.
 */
export function replayTurn(state: SessionState, definition: AgentDefinition): readonly StreamEvent[] {
  const { execution } = state;
  if (execution?.status !== 'completed' && execution?.status !== 'waiting') return [];
  const blocks = definition.triggers.get(execution.triggerName)?.blocks ?? [];
  const replay = new Replay(execution, blocks);
  replay.start(state.sessionId);
  for (const message of state.messages) {
    if (message.executionId === execution.executionId && message.role === 'assistant') replay.message(message);
  }
  replay.end();
  return replay.events;
}

class Replay {
  readonly events: StreamEvent[] = [];
  readonly #execution: ExecutionState;
  readonly #blocks: readonly Block[];
  /** The block the parts stand in. */
  #block: Block | undefined;
  /** Blocks before it are done. */
  #cursor = 0;
  #texts = 0;

  constructor(execution: ExecutionState, blocks: readonly Block[]) {
    this.#execution = execution;
    this.#blocks = blocks;
  }

  start(sessionId: string): void {
    const { messageId, executionId, checkpoint } = this.#execution;
    const { lastMessageId } = checkpoint;
    this.events.push({
      type: 'start',
      messageId,
      executionId,
      ...(lastMessageId !== undefined && { lastMessageId }),
      sessionId,
    });
  }

  message(message: Message): void {
    for (const part of message.parts) {
      if (part.visible) this.#part(part);
    }
  }

  end(): void {
    const { executionId, pending, status, finishReason = 'stop' } = this.#execution;
    if (status === 'waiting') {
      this.events.push(toolRequestEvent(pending), { type: 'finish', finishReason: 'tool-calls', executionId });
      return;
    }
    this.#leaveBlock();
    this.events.push({ type: 'finish', finishReason, executionId });
  }

  #part(part: Part): void {
    if (part.type === 'step-start') return;
    const block = this.#findBlock(part);
    if (block) this.#enterBlock(block);
    if (!this.#block && part.type !== 'text' && part.type !== 'object') return;
    switch (part.type) {
      case 'text':
        this.#text(part.content, part.invalidObject?.typeName);
        return;
      case 'object':
        this.#text(JSON.stringify(part.object.value), part.object.typeName);
        return;
      case 'reasoning':
        if (this.#block?.display === 'stream') this.#reasoning(part.content);
        return;
      case 'tool-call':
        this.#toolCall(part);
        return;
      case 'source':
        if (this.#block?.display === 'stream') this.events.push({ type: 'source', ...part.source });
        return;
      case 'file': {
        if (this.#block?.kind === 'next-message' && this.#block.display !== 'stream') return;
        const { id, mediaType, url, filename, size, toolCallId } = part.file;
        this.events.push(defined({ type: 'file-available', id, mediaType, url, filename, size, toolCallId }));
        return;
      }
      case 'todo':
        this.events.push({ type: 'todo-update', todos: [...part.todos] });
        return;
      case 'worker':
        this.#worker(part);
        return;
      case 'operation':
    }
  }

  /** The first block from here on that writes such a part; `undefined` keeps the block there is. */
  #findBlock(part: Part): Block | undefined {
    if (part.type === 'file' && this.#block) return undefined;
    return this.#blocks.find(
      (block) => block.index >= this.#cursor && canWrite(block, part, this.#execution.executionId),
    );
  }

  #enterBlock(block: Block): void {
    if (this.#block?.index === block.index) return;
    this.#leaveBlock();
    // A next-message may write many parts, every other block writes its one and is done.
    this.#cursor = block.kind === 'next-message' ? block.index : block.index + 1;
    if (block.display === 'hidden') return;
    this.#block = block;
    this.#announce(block);
  }

  #announce(block: Block): void {
    const description = labelOf(block);
    const thread = 'thread' in block && block.thread !== 'main' ? block.thread : undefined;
    this.events.push(
      defined({
        type: 'block-start',
        blockId: blockIdOf(this.#execution.executionId, block),
        blockName: block.name,
        blockType: block.kind,
        display: block.display,
        description,
        outputToChat: block.kind === 'next-message' ? !block.isIndependent : undefined,
        thread,
      }),
    );
  }

  #leaveBlock(): void {
    if (!this.#block) return;
    this.events.push({ type: 'block-end', blockId: blockIdOf(this.#execution.executionId, this.#block) });
    this.#block = undefined;
  }

  #text(content: string, responseType: string | undefined): void {
    if (content === '') return;
    const id = this.#nextId('txt');
    this.events.push(
      defined({ type: 'text-start', id, responseType }),
      { type: 'text-delta', id, delta: content },
      { type: 'text-end', id },
    );
  }

  #reasoning(content: string): void {
    if (content === '') return;
    const id = this.#nextId('rsn');
    this.events.push(
      { type: 'reasoning-start', id },
      { type: 'reasoning-delta', id, delta: content },
      { type: 'reasoning-end', id },
    );
  }

  #toolCall({ toolCall }: ToolCallPart): void {
    const { id: toolCallId, name: toolName, description, display = 'description', status, result, error } = toolCall;
    const isOpaque = display === 'name' || display === 'title';
    const title = display === 'name' ? undefined : description;
    this.events.push(
      defined({ type: 'tool-input-start', toolCallId, toolName, title, display }),
      { type: 'tool-input-end', toolCallId },
      { type: 'tool-input-available', toolCallId, toolName, input: isOpaque ? {} : toolCall.arguments },
    );
    if (status === 'available') {
      this.events.push({ type: 'tool-output-available', toolCallId, output: isOpaque ? null : (result ?? null) });
    }
    if (status === 'error') this.events.push({ type: 'tool-output-error', toolCallId, error: error ?? 'Tool failed' });
  }

  #worker({ worker }: WorkerPart): void {
    const { workerId, workerSlug, description, input, output, error, isCancelled, isOpen } = worker;
    this.events.push(defined({ type: 'worker-start', workerId, workerSlug, description, input }));
    if (isOpen) return;
    const failure = isCancelled ? 'Cancelled' : error;
    this.events.push(
      defined({ type: 'worker-result', workerId, output, error: failure, ...(isCancelled && { cancelled: true }) }),
    );
    const block = this.#block;
    if (block?.kind === 'next-message' && (block.thread !== 'main' || block.isIndependent)) this.#announce(block);
  }

  /** The original ids of texts are not stored; these are unique and no continuation of the execution counts as far. */
  #nextId(prefix: 'txt' | 'rsn'): string {
    this.#texts += 1;
    return `${prefix}-r${this.#texts}`;
  }
}

function canWrite(block: Block, part: Part, executionId: string): boolean {
  switch (block.kind) {
    case 'next-message':
      return isSpoken(part) && writesThread(block, part);
    case 'add-message':
      return part.type === 'text' && part.thread === undefined && block.role === 'assistant' && isLive(block);
    case 'tool-call':
      return part.type === 'tool-call' && part.source === 'block' && part.toolCall.name === block.tool;
    case 'run-worker':
      return part.type === 'worker' && part.worker.workerSlug === block.worker;
    default:
      return part.type === 'operation' && part.operation.id === blockIdOf(executionId, block);
  }
}

function isSpoken(part: Part): boolean {
  if (part.type === 'operation') return false;
  return part.type !== 'tool-call' || part.source !== 'block';
}

function writesThread(block: NextMessageBlock, part: Part): boolean {
  if (block.thread === 'main' && block.isIndependent) return false;
  return (part.thread ?? 'main') === block.thread;
}

function isLive(block: Extract<Block, { kind: 'add-message' }>): boolean {
  return block.isVisible && block.thread === 'main';
}

function labelOf({ display, description, title }: Block): string | undefined {
  if (display === 'name') return undefined;
  return display === 'title' ? title : description;
}

function blockIdOf(executionId: string, block: Block): string {
  return `${executionId.slice(-4)}-${block.index}`;
}

/** The event without its absent fields: optional fields have no key. */
function defined<Event extends StreamEvent>(event: Event): Event {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) as Event;
}
