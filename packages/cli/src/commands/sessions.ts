import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  abortSessionResponseSchema,
  clearSessionResponseSchema,
  getSessionResponseSchema,
  type LogEntry,
  listSessionsResponseSchema,
  logsResponseSchema,
  restoreSessionResponseSchema,
  sessionPageLimits,
  sessionStatuses,
} from '@octavus/core';
import type { Api } from '../api/api.ts';
import { toSegment } from '../api/segment.ts';
import { type CommandGroup, defineCommand } from '../command.ts';
import { exitCodes, FileFailure, UsageFailure } from '../failures.ts';
import { readJson } from '../files/read-files.ts';
import type { Output } from '../output.ts';
import { printTable } from '../terminal/table.ts';

/** Time between two looks at a log that is followed, in milliseconds. */
const pollMs = 1_000;

interface ListOptions {
  readonly agent?: string;
  readonly status?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

const list = defineCommand<[], ListOptions>({
  usage: 'list',
  summary: 'List sessions, newest first',
  configure: (parser) => {
    parser
      .option('--agent <agent>', 'Of this agent only, given by slug or id')
      .addOption(parser.createOption('--status <status>', 'In this state only').choices([...sessionStatuses, 'active']))
      .option(
        '--limit <number>',
        `At most so many (default: ${sessionPageLimits.default}, at most ${sessionPageLimits.max})`,
        toLimit,
      )
      .option('--cursor <text>', 'Go on after a page, with the nextCursor that --json gave');
  },
  run: async (cli, _args, { agent, status, limit, cursor }) => {
    const { output } = cli;
    const query = new URLSearchParams({
      ...(agent !== undefined && { agentId: agent }),
      ...(status !== undefined && { status }),
      ...(limit !== undefined && { limit: String(limit) }),
      ...(cursor !== undefined && { cursor }),
    });
    const path = `/api/agent-sessions${[...query].length > 0 ? `?${query}` : ''}`;
    const page = await cli.connect().request('GET', path, { schema: listSessionsResponseSchema });
    if (output.isJson) return output.json(page);
    if (page.sessions.length === 0) return output.info('No sessions found');
    const rows = page.sessions.map(({ id, agent, status, lastActivityAt }) => [id, agent.slug, status, lastActivityAt]);
    printTable(output, rows, {
      header: ['SESSION', 'AGENT', 'STATUS', 'LAST ACTIVITY'],
      widths: [24, 30, 8, 24],
      noun: 'session',
    });
    if (page.nextCursor !== undefined) output.detail(`There are more: --cursor ${page.nextCursor}`);
  },
});

function toLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= sessionPageLimits.max) return limit;
  throw new UsageFailure(`--limit ${text}: expected a whole number from 1 to ${sessionPageLimits.max}`);
}

const get = defineCommand<[session: string], { readonly full?: boolean }>({
  usage: 'get <session>',
  summary: 'Show the messages of a session',
  configure: (parser) => {
    parser.option('--full', 'With --json: as stored, with input, variables, resources and hidden content');
  },
  run: async (cli, [session], { full }) => {
    const { output } = cli;
    const format = full ? '' : '?format=ui';
    const schema = getSessionResponseSchema;
    const found = await cli.connect().request('GET', `${pathOf(session)}${format}`, { schema });
    if (output.isJson) return output.json(found);
    output.keyValue('Session', session);
    output.keyValue('Agent', found.agentId);
    output.keyValue('Status', found.status ?? 'active');
    if (!('messages' in found)) return;
    for (const { role, parts } of found.messages) {
      output.line();
      output.line(output.style.bold(role));
      for (const part of parts) printPart(output, part);
    }
  },
});

function printPart(output: Output, part: { readonly type: string }): void {
  const fields = part as Record<string, unknown>;
  const text = fields.text ?? fields.content;
  if (part.type === 'text' && typeof text === 'string') output.line(text);
  else if (part.type === 'tool-call')
    output.detail(`→ ${String(fields.toolName ?? '')} ${String(fields.status ?? '')}`);
  else output.detail(`· ${String(fields.name ?? fields.filename ?? part.type)}`);
}

const logs = defineCommand<[session: string], { readonly follow?: boolean; readonly modelRequests: boolean }>({
  usage: 'logs <session>',
  summary: 'Show the execution log of a session',
  configure: (parser) => {
    parser
      .option('--follow', 'Stay and show entries as they come')
      .option('--no-model-requests', 'Leave out the requests to models');
  },
  run: async (cli, [session], { follow, modelRequests }) => {
    const { output, signal } = cli;
    if (follow && output.isJson) output.writeLines();
    const api = cli.connect();
    const seen = new Set<string>();
    for (;;) {
      const entries = await readLogs(api, session, modelRequests);
      const fresh = entries.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      if (!output.isJson) for (const entry of fresh) output.line(describeEntry(entry, output));
      else if (follow) for (const entry of fresh) output.jsonLine(entry);
      else output.json({ sessionId: session, entries });
      if (!follow) return exitCodes.success;
      await delay(pollMs, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  },
});

async function readLogs(api: Api, session: string, modelRequests: boolean): Promise<LogEntry[]> {
  const query = modelRequests ? '' : '?excludeModelRequests=true';
  const found = await api.request('GET', `${pathOf(session)}/logs${query}`, { schema: logsResponseSchema });
  return 'entries' in found ? found.entries : [];
}

/** Fields that every entry has, or that say little. */
const commonFields = new Set(['id', 'timestamp', 'type', 'sequence', 'thread', 'blockName', 'model', 'trimmed']);

function describeEntry(entry: LogEntry, { style }: Output): string {
  const rest = Object.entries(entry).filter(([name]) => !commonFields.has(name));
  const text = rest.map(([name, value]) => `${name}=${short(value)}`).join(' ');
  return `${style.location(entry.timestamp)} ${style.bold(entry.type)} ${text}`.trimEnd();
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

const restore = defineCommand<[session: string, file: string]>({
  usage: 'restore <session> <file>',
  summary: 'Give an expired session its messages back, from a file that `sessions get --json` wrote',
  run: async (cli, [session, file]) => {
    const { output } = cli;
    const api = cli.connect();
    const body = { messages: readMessages(resolve(cli.cwd, file)) };
    const schema = restoreSessionResponseSchema;
    const { sessionId, restored } = await api.request('POST', `${pathOf(session)}/restore`, { body, schema });
    if (output.isJson) output.json({ sessionId, restored });
    else if (restored) output.success(`Restored: ${output.style.bold(session)}`);
    else output.info(`Active already, nothing changed: ${output.style.bold(session)}`);
  },
});

function readMessages(path: string): unknown {
  const value = readJson(path);
  const messages = Array.isArray(value) ? value : (value as { messages?: unknown } | null)?.messages;
  if (Array.isArray(messages)) return messages;
  throw new FileFailure('Expected a list of messages, or an object with "messages"', path);
}

const clear = defineCommand<[session: string]>({
  usage: 'clear <session>',
  summary: 'Drop what a session holds; it can be restored',
  run: async (cli, [session]) => {
    const { output } = cli;
    const schema = clearSessionResponseSchema;
    const { sessionId, cleared } = await cli.connect().request('DELETE', pathOf(session), { schema });
    if (output.isJson) output.json({ sessionId, cleared });
    else if (cleared) output.success(`Cleared: ${output.style.bold(session)}`);
    else output.info(`Nothing to clear: ${output.style.bold(session)}`);
  },
});

const abort = defineCommand<[session: string]>({
  usage: 'abort <session>',
  summary: 'Stop what runs on a session',
  run: async (cli, [session]) => {
    const { output } = cli;
    const schema = abortSessionResponseSchema;
    const { sessionId, aborted } = await cli.connect().request('POST', `${pathOf(session)}/abort`, { schema });
    if (output.isJson) output.json({ sessionId, aborted });
    else if (aborted) output.success(`Stopped: ${output.style.bold(session)}`);
    else output.info(`Nothing runs: ${output.style.bold(session)}`);
  },
});

function pathOf(session: string): string {
  return `/api/agent-sessions/${toSegment(session)}`;
}

export const sessions: CommandGroup = {
  name: 'sessions',
  summary: 'Look at sessions and act on them',
  commands: [list, get, logs, restore, clear, abort],
};
