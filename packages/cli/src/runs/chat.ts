import type { FileReference, PendingToolCall } from '@octavus/core';
import type { Cli } from '../command.ts';
import { exitCodes, isInterruption, toFailure } from '../failures.ts';
import { readLocalFiles } from '../files/read-local-files.ts';
import { LineReader } from '../terminal/line-reader.ts';
import type { Conversation, ToolAnswer, TurnRequest } from './conversation.ts';
import { converse } from './converse.ts';
import { EventPrinter } from './event-printer.ts';
import { runHandler, type ToolHandlers } from './tool-handlers.ts';
import { findChatTrigger } from './triggers.ts';

export interface ChatOptions {
  readonly conversation: Conversation;
  readonly handlers: ToolHandlers;
  /** Further inputs of the trigger, besides the text. */
  readonly input: Readonly<Record<string, unknown>>;
}

const help = '/stop  /retry  /files add PATH…  /help  /quit';

/**
 * Talks with an agent: each line is a message, `/` begins a command. On a terminal Ctrl-C stops a turn, or ends the chat between turns;
 * in a pipe the chat ends with its input.
 *
 * @returns the exit status: 1 when a turn failed, 130 when the chat was interrupted.
 */
export async function chat(cli: Cli, options: ChatOptions): Promise<number> {
  return new Chat(cli, options).run();
}

class Chat {
  readonly #cli: Cli;
  readonly #options: ChatOptions;
  readonly #reader: LineReader;
  /** Ends the chat. */
  readonly #closing = new AbortController();
  /** Of the turn that runs. */
  #turn: AbortController | undefined;
  #files: FileReference[] = [];
  #last: { readonly text: string; readonly files: readonly FileReference[]; anchor: string | null } | undefined;
  #hasFailed = false;
  /** Tools are asked for one after the other, however many wait. */
  #asking: Promise<unknown> = Promise.resolve();

  constructor(cli: Cli, options: ChatOptions) {
    this.#cli = cli;
    this.#options = options;
    this.#reader = new LineReader({
      stdin: cli.stdin,
      echo: cli.output.terminal,
      onInterrupt: () => this.#interrupt(),
      onLine: (line) => this.#takeStop(line),
    });
    cli.signal.addEventListener('abort', () => this.#close(cli.signal.reason), { once: true });
  }

  async run(): Promise<number> {
    using reader = this.#reader;
    const { signal } = this.#closing;
    // A trigger that no line can fire is told before anything is typed.
    findChatTrigger(this.#options.conversation.definition);
    if (reader.isTerminal) this.#cli.output.progress(help);
    for (let line = await reader.next('> ', signal); line !== undefined; line = await reader.next('> ', signal)) {
      if ((await this.#handle(line.trim())) === 'quit') break;
    }
    if (signal.aborted) return exitCodes.interrupted;
    return this.#hasFailed ? exitCodes.failure : exitCodes.success;
  }

  async #handle(line: string): Promise<'quit' | undefined> {
    if (line === '') return undefined;
    if (!line.startsWith('/')) {
      await this.#say(line);
      return undefined;
    }
    const [command, ...words] = line.split(/\s+/);
    if (command === '/quit') return 'quit';
    if (command === '/retry') await this.#retry();
    else if (command === '/files') await this.#addFiles(words);
    else this.#cli.output.progress(command === '/help' ? help : `No such command: ${command}. ${help}`);
    return undefined;
  }

  async #say(text: string): Promise<void> {
    const files = this.#files;
    this.#files = [];
    this.#last = { text, files, anchor: null };
    await this.#runTurn({ text, files });
  }

  async #retry(): Promise<void> {
    const last = this.#last;
    if (!last) this.#cli.output.progress('Nothing to retry');
    else await this.#runTurn({ ...last, rollbackAfterMessageId: last.anchor });
  }

  async #addFiles([add, ...paths]: readonly string[]): Promise<void> {
    const { output, cwd } = this.#cli;
    const { conversation } = this.#options;
    if (add !== 'add' || paths.length === 0) return output.progress('Write /files add PATH…');
    if (findChatTrigger(conversation.definition).fileInput === undefined) {
      return output.progress('The trigger takes no files');
    }
    try {
      const references = await conversation.upload(readLocalFiles(paths, cwd));
      this.#files.push(...references);
      output.progress(`With the next message: ${this.#files.map(({ filename, id }) => filename ?? id).join(', ')}`);
    } catch (error) {
      this.#tell(error);
    }
  }

  async #runTurn(turn: {
    readonly text: string;
    readonly files: readonly FileReference[];
    readonly rollbackAfterMessageId?: string | null;
  }): Promise<void> {
    const { output } = this.#cli;
    const { conversation } = this.#options;
    const controller = new AbortController();
    this.#turn = controller;
    const printer = new EventPrinter(output, { showText: !output.isJson });
    try {
      const request = this.#toRequest(turn);
      const callTool = (call: PendingToolCall, signal: AbortSignal) => this.#callTool(call, signal);
      let isFirst = true;
      for await (const event of converse(conversation, request, { signal: controller.signal, callTool })) {
        // The message before the turn is where a retry goes back to; later legs have others.
        if (event.type === 'start' && isFirst && this.#last) this.#last.anchor = event.lastMessageId ?? null;
        if (event.type === 'start') isFirst = false;
        if (output.isJson) output.jsonLine(event);
        else printer.print(event);
      }
      printer.end();
      if (printer.failure) this.#tell(printer.failure);
    } catch (error) {
      printer.end();
      if (!controller.signal.aborted) this.#tell(error);
    } finally {
      this.#turn = undefined;
    }
    if (controller.signal.aborted && !this.#closing.signal.aborted) output.progress('Stopped');
  }

  #toRequest({
    text,
    files,
    rollbackAfterMessageId,
  }: {
    readonly text: string;
    readonly files: readonly FileReference[];
    readonly rollbackAfterMessageId?: string | null;
  }): TurnRequest {
    const { conversation, input } = this.#options;
    const { name, textInput, fileInput } = findChatTrigger(conversation.definition);
    const attached = fileInput !== undefined && files.length > 0 ? { [fileInput]: files } : {};
    const rollback = rollbackAfterMessageId === undefined ? {} : { rollbackAfterMessageId };
    return { kind: 'trigger', triggerName: name, input: { ...input, [textInput]: text, ...attached }, ...rollback };
  }

  async #callTool(call: PendingToolCall, signal: AbortSignal): Promise<ToolAnswer> {
    const answer = await runHandler(this.#options.handlers, call, signal);
    if (answer) return answer;
    if (!this.#reader.isTerminal) throw new Error(`No handler for the tool ${call.toolName}`);
    const asked = this.#asking.then(() => this.#ask(call, signal));
    this.#asking = asked.catch(() => undefined);
    return asked;
  }

  async #ask({ toolCallId, toolName, args }: PendingToolCall, signal: AbortSignal): Promise<ToolAnswer> {
    this.#cli.output.progress(
      `${toolName} ${JSON.stringify(args)} has no handler. What does it answer? (JSON or text)`,
    );
    const line = await this.#reader.next(`${toolName} = `, signal);
    return { toolCallId, toolName, result: line === undefined ? null : toJson(line) };
  }

  /** `/stop` works while a turn runs, so it cannot wait for its turn in the queue. */
  #takeStop(line: string): boolean {
    if (line.trim() !== '/stop') return false;
    if (this.#turn) this.#turn.abort(new Error('Stopped'));
    else this.#cli.output.progress('Nothing runs');
    return true;
  }

  #interrupt(): void {
    if (this.#turn && !this.#turn.signal.aborted) this.#turn.abort(new Error('Stopped'));
    else this.#close(new Error('Interrupted'));
  }

  #close(reason: unknown): void {
    this.#closing.abort(reason);
    this.#turn?.abort(reason);
  }

  #tell(error: unknown): void {
    if (isInterruption(error, this.#closing.signal)) return;
    this.#hasFailed = true;
    const failure = toFailure(error);
    this.#cli.output.fail(failure);
  }
}

function toJson(line: string): ToolAnswer['result'] {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
