import { createEventDecoder, createSessionResponseSchema, type FileReference, type StreamEvent } from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import type { Api } from '../api/api.ts';
import { toSegment } from '../api/segment.ts';
import { uploadFiles } from '../api/upload-files.ts';
import { CliFailure } from '../failures.ts';
import type { Conversation, LocalFile, ToolAnswer, TurnRequest } from './conversation.ts';

interface ServerAgent {
  readonly id: string;
  readonly definition: AgentDefinition;
}

/** Creates a session on the server. */
export async function openServerSession(
  api: Api,
  agent: ServerAgent,
  input: Readonly<Record<string, unknown>>,
): Promise<ServerConversation> {
  const body = { agentId: agent.id, input };
  const { sessionId } = await api.request('POST', '/api/agent-sessions', { body, schema: createSessionResponseSchema });
  return new ServerConversation(api, agent, sessionId);
}

/** A session on a server, or the runs of a worker there. */
export class ServerConversation implements Conversation {
  readonly definition: AgentDefinition;
  readonly #api: Api;
  readonly #agentId: string;
  #sessionId: string | undefined;

  /** @param sessionId of a session that exists; absent for workers, whose runs have their own. */
  constructor(api: Api, { id, definition }: ServerAgent, sessionId?: string) {
    this.definition = definition;
    this.#api = api;
    this.#agentId = id;
    this.#sessionId = sessionId;
  }

  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  async *start(request: TurnRequest, signal: AbortSignal): AsyncGenerator<StreamEvent, void> {
    if (request.kind === 'worker') {
      yield* this.#leg(this.#workerPath(), { type: 'start', input: request.input }, signal);
      return;
    }
    const { triggerName, input, rollbackAfterMessageId } = request;
    const rollback = rollbackAfterMessageId === undefined ? {} : { rollbackAfterMessageId };
    yield* this.#leg(this.#triggerPath(), { triggerName, input, ...rollback }, signal);
  }

  async *continue(
    executionId: string,
    toolResults: readonly ToolAnswer[],
    signal: AbortSignal,
  ): AsyncGenerator<StreamEvent, void> {
    const isWorker = this.definition.format === 'worker';
    const body = { ...(isWorker && { type: 'continue' }), executionId, toolResults };
    yield* this.#leg(isWorker ? this.#workerPath() : this.#triggerPath(), body, signal);
  }

  async upload(files: readonly LocalFile[]): Promise<FileReference[]> {
    if (this.#sessionId === undefined) throw new CliFailure('UNKNOWN', 'A worker takes no uploads before it runs');
    return uploadFiles(this.#api, this.#sessionId, files);
  }

  async *#leg(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<StreamEvent, void> {
    const decoder = createEventDecoder();
    let isComplete = false;
    const see = (event: StreamEvent): StreamEvent => {
      if (event.type === 'start') this.#sessionId ??= event.sessionId ?? event.executionId;
      isComplete ||= event.type === 'finish' || event.type === 'error';
      return event;
    };
    for await (const chunk of this.#api.stream(path, body, signal)) {
      for (const event of decoder.decode(chunk)) yield see(event);
      if (decoder.isDone) return;
    }
    for (const event of decoder.end()) yield see(event);
    // A relay may leave out `[DONE]`: what says that a turn is over is its last event.
    if (!isComplete && !signal.aborted)
      throw new CliFailure(
        'NETWORK_ERROR',
        'The stream broke off before its end. Try again; `octavus doctor` looks for the cause',
      );
  }

  #triggerPath(): string {
    return `/api/agent-sessions/${toSegment(this.#sessionId ?? '')}/trigger`;
  }

  #workerPath(): string {
    return `/api/agents/${encodeURIComponent(this.#agentId)}/execute`;
  }
}
