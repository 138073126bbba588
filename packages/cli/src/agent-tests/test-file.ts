import { dirname, resolve } from 'node:path';
import type { ModelStreamPart } from '@octavus/core';
import { type Document, parseDocument } from 'yaml';
import { z } from 'zod';
import { FileFailure } from '../failures.ts';
import { readText } from '../files/read-files.ts';
import { type RecordedCall, readCalls } from '../runs/recording.ts';

const inputs = z.record(z.string(), z.unknown()).default({});

const toolAnswerSchema = z.union([
  z.strictObject({ result: z.unknown() }),
  z.strictObject({ error: z.string() }),
  z.strictObject({ results: z.array(z.unknown()).min(1) }),
]);

const replySchema = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ object: z.unknown() }),
  z.strictObject({ tool: z.string(), input: z.record(z.string(), z.unknown()).default({}) }),
]);

const expectationSchema = z.strictObject({
  text: z.string().optional().describe('What the agent said, all of it.'),
  contains: z.array(z.string()).optional().describe('Pieces of what it said.'),
  matches: z.string().optional().describe('A regular expression that it fits.'),
  tools: z.array(z.string()).optional().describe('Tools it called, in order.'),
  events: z.array(z.string()).optional().describe('Types of the events in order; deltas count once.'),
  finish: z.string().optional().describe('Why the turn ended.'),
  output: z.unknown().optional().describe("A worker's result."),
  error: z.string().optional().describe('A piece of the error that ended the turn.'),
  variables: z.record(z.string(), z.unknown()).optional(),
  resources: z.record(z.string(), z.unknown()).optional(),
});
export type Expectation = z.infer<typeof expectationSchema>;

const turnSchema = z.strictObject({
  trigger: z.string().optional(),
  input: inputs,
  expect: expectationSchema.optional(),
});
export type TestTurn = z.infer<typeof turnSchema>;

const testSchema = z.strictObject({
  name: z.string().optional(),
  input: inputs.describe('Of the session, or of the worker.'),
  tools: z.record(z.string(), toolAnswerSchema).default({}),
  replies: z.union([z.string(), z.array(replySchema)]).optional(),
  turns: z.array(turnSchema).min(1),
});

/** One scripted conversation of `tests/*.yaml`. */
export interface AgentTest {
  readonly path: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly tools: ReadonlyMap<string, z.infer<typeof toolAnswerSchema>>;
  /** What the model says, call by call; absent: the offline model answers. */
  readonly replies: readonly RecordedCall[] | undefined;
  readonly turns: readonly TestTurn[];
  /** The file, for `--update`: comments and order stay. */
  readonly document: Document;
}

/** @throws FileFailure that says which key of the file is wrong. */
export function readTestFile(path: string): AgentTest {
  const document = parseDocument(readText(path));
  const [problem] = document.errors;
  if (problem) throw new FileFailure(`Invalid YAML: ${problem.message.split('\n')[0]}`, path);
  const parsed = testSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FileFailure(`Invalid test: ${issue!.path.join('.') || 'the file'}: ${issue!.message}`, path);
  }
  const { name, input, tools, replies, turns } = parsed.data;
  return {
    path,
    name: name ?? path.replace(/^.*[\\/]|\.ya?ml$/g, ''),
    input,
    tools: new Map(Object.entries(tools)),
    replies: typeof replies === 'string' ? readRecording(resolve(dirname(path), replies)) : replies?.map(toCall),
    turns,
    document,
  };
}

function readRecording(path: string): RecordedCall[] {
  try {
    return readCalls(readText(path));
  } catch (cause) {
    if (cause instanceof FileFailure) throw cause;
    throw new FileFailure(`Not a recording: ${(cause as Error).message}`, path, { cause });
  }
}

function toCall(reply: z.infer<typeof replySchema>, index: number): RecordedCall {
  if ('tool' in reply) {
    const toolCallId = `call-${index + 1}`;
    return [
      { type: 'tool-call', toolCallId, toolName: reply.tool, input: JSON.stringify(reply.input) },
      { type: 'finish', reason: 'tool-calls', usage: {} },
    ];
  }
  const text = 'text' in reply ? reply.text : JSON.stringify(reply.object);
  const id = `text-${index + 1}`;
  const parts: ModelStreamPart[] = [
    { type: 'text-start', id },
    { type: 'text-delta', id, delta: text },
    { type: 'text-end', id },
  ];
  return [...parts, { type: 'finish', reason: 'stop', usage: {} }];
}
