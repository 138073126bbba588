import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JsonValue, PendingToolCall } from '@octavus/core';
import { FileFailure } from '../failures.ts';
import { isFile } from '../files/read-files.ts';
import type { ToolAnswer } from './conversation.ts';

/** What a handler learns besides the arguments. */
export interface ToolContext {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly signal: AbortSignal;
}

type ToolHandler = (args: Record<string, unknown>, context: ToolContext) => unknown;

export type ToolHandlers = ReadonlyMap<string, ToolHandler>;

/**
 * Handlers of a JavaScript or TypeScript module (TypeScript on a Node.js that runs it: 22.18 or later): the functions of its default
 * export or of its export `tools`, by the tool's name; else its exported functions.
 *
 * @throws FileFailure when the module cannot be loaded or has no functions.
 */
export async function loadToolHandlers(file: string | undefined, cwd: string): Promise<ToolHandlers> {
  if (file === undefined) return new Map();
  const path = resolve(cwd, file);
  const module = await importModule(path);
  const source = [module.default, module.tools].find((value) => typeof value === 'object' && value !== null) ?? module;
  const handlers = Object.entries(source as object).filter((entry): entry is [string, ToolHandler] => {
    return typeof entry[1] === 'function';
  });
  if (handlers.length === 0) throw new FileFailure('The module exports no functions to run as tools', path);
  return new Map(handlers);
}

async function importModule(path: string): Promise<Record<string, unknown>> {
  // Node would say who asked for it, which is a file of this package.
  if (!isFile(path)) throw new FileFailure(`File not found: ${path}`);
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isUnknown = code === 'ERR_UNKNOWN_FILE_EXTENSION';
    const reason = isUnknown ? 'This Node.js does not run TypeScript: use 22.18 or later, or JavaScript' : message;
    throw new FileFailure(`The tools cannot be loaded: ${reason}`, path, { cause });
  }
}

/** Runs the handler of a call; `undefined` when there is none. */
export async function runHandler(
  handlers: ToolHandlers,
  { toolCallId, toolName, args }: PendingToolCall,
  signal: AbortSignal,
): Promise<ToolAnswer | undefined> {
  const handler = handlers.get(toolName);
  if (!handler) return undefined;
  const result = await handler(args, { toolCallId, toolName, signal });
  return { toolCallId, toolName, result: toJson(result) };
}

/** Nothing is `null`. @throws TypeError for what JSON cannot say */
function toJson(value: unknown): JsonValue {
  const text = JSON.stringify(value);
  return text === undefined ? null : (JSON.parse(text) as JsonValue);
}
