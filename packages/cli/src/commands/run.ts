import { resolve } from 'node:path';
import type { StreamEvent } from '@octavus/core';
import { createModels } from '@octavus/models';
import { readModelsConfig } from '../agents/providers.ts';
import { type Cli, defineCommand } from '../command.ts';
import { CliFailure, exitCodes, UsageFailure } from '../failures.ts';
import { writeOneFile } from '../files/write-files.ts';
import type { TurnRequest } from '../runs/conversation.ts';
import { converse } from '../runs/converse.ts';
import { EventPrinter } from '../runs/event-printer.ts';
import { collect, readInputs } from '../runs/read-inputs.ts';
import { printCalls, recordCalls } from '../runs/recording.ts';
import { findRunnableAgent, isPath, type RunnableAgent } from '../runs/runnable-agent.ts';
import { loadToolHandlers, runHandler } from '../runs/tool-handlers.ts';
import { findTrigger } from '../runs/triggers.ts';

const outputs = ['text', 'object', 'events'] as const;

interface RunOptions {
  readonly trigger?: string;
  readonly input?: readonly string[];
  readonly tools?: string;
  readonly output?: (typeof outputs)[number];
  readonly session?: string;
  readonly model?: string;
  readonly timeout?: number;
  readonly record?: string;
}

export const run = defineCommand<[agent: string], RunOptions>({
  usage: 'run <agent>',
  summary: 'Fire one trigger, or run a worker, and print the result; <agent> is a slug or a folder such as ./desk',
  configure: (parser) => {
    parser
      .option('--trigger <name>', 'Trigger of an interactive agent (default: user-message, or the only one)')
      .option('--input <value>', 'NAME=value, or @file.json with an object of inputs; may be repeated', collect)
      .option('--tools <file>', 'Module whose functions answer tool calls, by name')
      .option('--session <id>', 'Go on with a session of the server')
      .option('--model <id>', 'In a folder: answer every model call with this model, such as offline/default')
      .option('--record <file>', 'In a folder: keep what the model says, as replies of a test')
      .option('--timeout <seconds>', 'Give up after so long', toSeconds)
      .addOption(
        parser.createOption('--output <kind>', 'What goes to standard output (default: text)').choices([...outputs]),
      );
  },
  run: async (cli, [name], options) => {
    const kind = cli.output.isJson ? 'events' : (options.output ?? 'text');
    if (kind === 'events') cli.output.writeLines();
    const handlers = await loadToolHandlers(options.tools, cli.cwd);
    const recorder = options.record === undefined ? undefined : openRecorder(cli, name);
    const agent = await findRunnableAgent(cli, name, {
      ...(options.model !== undefined && { model: options.model }),
      ...(recorder && { resolve: recorder.resolve }),
    });
    const { request, session } = prepare(cli, agent, options);
    const conversation = options.session === undefined ? await agent.open(session) : agent.attach(options.session);
    const limit = createLimit(cli.signal, options.timeout);
    try {
      const events = converse(conversation, request, {
        signal: limit.signal,
        callTool: async (call, signal) => {
          const answer = await runHandler(handlers, call, signal);
          if (answer) return answer;
          cli.output.notice(`No handler for the tool ${call.toolName}: --tools gives one`);
          throw new Error(`No handler for the tool ${call.toolName}`);
        },
      });
      const status = await show(cli, events, { kind, isWorker: agent.definition.format === 'worker' });
      if (limit.hasPassed()) throw tooLate(options);
      if (recorder) writeOneFile(resolve(cli.cwd, options.record!), printCalls(recorder.calls));
      return status;
    } catch (error) {
      throw limit.hasPassed() ? tooLate(options) : error;
    } finally {
      limit.clear();
    }
  },
});

/** @throws UsageFailure for an agent of a server: its models speak there */
function openRecorder(cli: Cli, name: string) {
  if (!isPath(name)) throw new UsageFailure('--record works in a folder, such as ./desk');
  return recordCalls(createModels({ ...readModelsConfig(cli.env), offline: { pace: 'instant' } }).resolve);
}

function prepare(cli: Cli, { definition }: RunnableAgent, { trigger: name, input = [] }: RunOptions) {
  if (definition.format === 'worker') {
    if (name !== undefined) throw new UsageFailure(`${definition.slug} is a worker: it has no triggers`);
    const { session } = readInputs(input, { session: definition.input, trigger: new Map() }, cli.cwd);
    return { request: { kind: 'worker', input: session } satisfies TurnRequest, session };
  }
  const trigger = findTrigger(definition, name);
  const inputs = readInputs(input, { session: definition.input, trigger: trigger.input }, cli.cwd);
  const request: TurnRequest = { kind: 'trigger', triggerName: trigger.name, input: inputs.trigger };
  return { request, session: inputs.session };
}

function tooLate({ timeout }: RunOptions): CliFailure {
  return new CliFailure('UNKNOWN', `Not done within ${timeout} s`);
}

async function show(
  { output, signal }: Cli,
  events: AsyncIterable<StreamEvent>,
  { kind, isWorker }: { readonly kind: (typeof outputs)[number]; readonly isWorker: boolean },
): Promise<number> {
  // What a worker says on its way is not its result.
  const printer = new EventPrinter(output, { showText: kind === 'text' && !isWorker });
  let result: unknown;
  try {
    for await (const event of events) {
      if (kind === 'events') output.jsonLine(event);
      if (kind !== 'events' || event.type === 'error') printer.print(event);
      if (event.type === 'worker-result') result = event.output;
    }
  } finally {
    printer.end();
  }
  if (signal.aborted) return exitCodes.interrupted;
  if (printer.failure) {
    if (kind === 'events') return exitCodes.failure;
    throw printer.failure;
  }
  if (kind === 'object') output.json(toObject(result, printer.texts));
  if (kind === 'text' && isWorker && result !== undefined) {
    output.stdout.write(`${typeof result === 'string' ? result : JSON.stringify(result, null, 2)}\n`);
  }
  return exitCodes.success;
}

/** A worker's result; of an interactive agent its last text, as JSON where it is JSON. */
function toObject(result: unknown, texts: readonly string[]): unknown {
  if (result !== undefined) return result;
  const text = texts.at(-1) ?? '';
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0)) throw new UsageFailure(`--timeout ${text}: expected a number of seconds`);
  return seconds;
}

/** A signal that also aborts when the time is up. */
function createLimit(signal: AbortSignal, seconds: number | undefined) {
  const controller = new AbortController();
  let isOver = false;
  const stop = () => controller.abort(signal.reason);
  const end = () => {
    isOver = true;
    controller.abort(new Error('The time is up'));
  };
  signal.addEventListener('abort', stop, { once: true });
  const timer = seconds === undefined ? undefined : setTimeout(end, seconds * 1000);
  return {
    signal: controller.signal,
    hasPassed: () => isOver,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}
