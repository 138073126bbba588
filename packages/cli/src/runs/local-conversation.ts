import type { FileReference, LanguageModels, StreamEvent } from '@octavus/core';
import {
  checkTrigger,
  createMemoryPorts,
  type EnginePorts,
  endExecution,
  findActiveExecution,
  foldAll,
  isChange,
  isEvent,
  matchContinuation,
  type Output,
  openingValues,
  openSession,
  type RunEnding,
  runContinuation,
  runTrigger,
  runWorker,
  type SessionState,
  type WorkerAgent,
} from '@octavus/engine';
import { createModels, estimateFee, type ModelsConfig } from '@octavus/models';
import type { AgentDefinition } from '@octavus/protocol';
import { CliFailure } from '../failures.ts';
import type { Conversation, LocalFile, ToolAnswer, TurnRequest } from './conversation.ts';

export interface LocalOptions {
  readonly models: ModelsConfig;
  /** Answers every model call with this model instead of the one the agent names. */
  readonly model?: string;
  /** Finds models in place of those of `models`. */
  readonly resolve?: LanguageModels['resolve'];
  /** The workers that the agent may call. */
  readonly findWorker: (slug: string) => AgentDefinition | undefined;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A session that lives in this process and is gone with it: the engine, without a server or a database. */
export class LocalConversation implements Conversation {
  #definition: AgentDefinition;
  #state: SessionState;
  readonly #ports: EnginePorts;

  /** @throws OctavusError VALIDATION_ERROR for input that the agent does not take. */
  constructor(definition: AgentDefinition, options: LocalOptions) {
    this.#definition = definition;
    this.#ports = portsOf(options);
    this.#state = openWith(definition, options.input, this.#ports);
  }

  get definition(): AgentDefinition {
    return this.#definition;
  }

  get sessionId(): string {
    return this.#state.sessionId;
  }

  /** What the session knows: variables, resources, messages. */
  get state(): SessionState {
    return this.#state;
  }

  /** Later turns run this version; what was said stays. */
  replaceDefinition(definition: AgentDefinition): void {
    this.#definition = definition;
  }

  async *start(request: TurnRequest, signal: AbortSignal): AsyncGenerator<StreamEvent, void> {
    const definition = this.#definition;
    if (request.kind === 'worker') {
      this.#state = openWith(definition, request.input, this.#ports);
      yield* this.#run(
        (stop) => runWorker({ state: this.#state, definition, agentVersion: 1 }, this.#ports, stop),
        signal,
      );
      return;
    }
    const trigger = checkTrigger(definition, request);
    const { rollbackAfterMessageId } = request;
    const rollback = rollbackAfterMessageId === undefined ? {} : { rollbackAfterMessageId };
    const run = { state: this.#state, definition, agentVersion: 1, trigger, ...rollback };
    yield* this.#run((stop) => runTrigger(run, this.#ports, stop), signal);
  }

  async *continue(
    executionId: string,
    toolResults: readonly ToolAnswer[],
    signal: AbortSignal,
  ): AsyncGenerator<StreamEvent, void> {
    const match = matchContinuation(this.#state, { executionId, toolResults });
    if (match.kind !== 'leg' && match.kind !== 'repeat')
      throw new CliFailure('UNKNOWN', 'Nothing waits for these results');
    const run = { state: this.#state, definition: this.#definition, match };
    yield* this.#run((stop) => runContinuation(run, this.#ports, stop), signal);
  }

  async upload(files: readonly LocalFile[]): Promise<FileReference[]> {
    return Promise.all(files.map(({ bytes, ...meta }) => this.#ports.files.store(bytes, meta)));
  }

  async *#run(
    run: (stop: AbortSignal) => AsyncGenerator<readonly Output[], RunEnding>,
    signal: AbortSignal,
  ): AsyncGenerator<StreamEvent, void> {
    const controller = new AbortController();
    const stop = () => controller.abort('abort');
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const outputs = run(controller.signal);
    let isDone = false;
    try {
      for (let next = await outputs.next(); ; next = await outputs.next()) {
        if (next.done) {
          isDone = true;
          if (next.value.cause) throw next.value.cause;
          return;
        }
        this.#state = foldAll(this.#state, next.value.filter(isChange));
        yield* next.value.filter(isEvent);
      }
    } finally {
      signal.removeEventListener('abort', stop);
      if (!isDone) await this.#abandon(outputs, controller);
    }
  }

  /** A reader that leaves early leaves a session on which the next turn can run. */
  async #abandon(outputs: AsyncGenerator<readonly Output[], RunEnding>, controller: AbortController): Promise<void> {
    controller.abort('disconnect');
    for await (const rest of outputs) this.#state = foldAll(this.#state, rest.filter(isChange));
    if (findActiveExecution(this.#state)?.status !== 'running') return;
    this.#state = foldAll(this.#state, endExecution(this.#state, 'interrupted', this.#ports.clock).filter(isChange));
  }
}

function openWith(
  definition: AgentDefinition,
  input: Readonly<Record<string, unknown>>,
  { ids, models }: EnginePorts,
): SessionState {
  const sessionId = ids.resource();
  return openSession({ sessionId, kind: definition.format, ...openingValues(definition, input, models) });
}

function portsOf({ models: config, model, resolve, findWorker }: LocalOptions): EnginePorts {
  const models = createModels(config);
  const find = resolve ?? models.resolve;
  const getWorker = (slug: string): WorkerAgent | undefined => {
    const definition = findWorker(slug);
    return definition?.format === 'worker' ? { agentId: slug, version: 1, definition } : undefined;
  };
  return {
    ...createMemoryPorts({ models: { resolve: (id) => find(model ?? id), media: models.media }, estimateFee }),
    // Looked up when it is called: a worker's folder may change in between.
    findWorker: async (slug) => getWorker(slug),
    getWorker: async (slug) => {
      const worker = getWorker(slug);
      if (!worker) throw new Error(`The worker ${slug} is gone`);
      return worker;
    },
  };
}
