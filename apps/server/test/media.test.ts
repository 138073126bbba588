import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileReference, StreamEvent } from '@octavus/core';
import { checkEventGrammar } from '@octavus/engine/testing';
import { createModels } from '@octavus/models';
import { expect, test } from 'vitest';
import { sqliteDatabase } from './databases.ts';
import { type SessionServer, serveSessions } from './serve-sessions.ts';

const examples = join(import.meta.dirname, '../../../packages/protocol/test/fixtures/agents');

/** Server, database and all, with the offline models in every place. */
async function withOfflineServer(work: (server: SessionServer) => Promise<void>): Promise<void> {
  await using database = await sqliteDatabase();
  await using server = await serveSessions({ databaseUrl: database.url, resolve: createModels().resolve });
  server.services.setPublicUrl(server.url);
  await work(server);
}

async function createExample(server: SessionServer, slug: string): Promise<void> {
  const read = (file: string) => readFile(join(examples, slug, file), 'utf8');
  const files = await readdir(join(examples, slug, 'prompts'), { recursive: true });
  const body = {
    settings: JSON.parse(await read('settings.json')),
    protocol: (await read('protocol.yaml')).replaceAll(/(?:anthropic|openai|google)\/[\w.-]+/g, 'offline/instant'),
    prompts: await Promise.all(
      files
        .filter((file) => file.endsWith('.md'))
        .map(async (file) => ({ name: file.slice(0, -3), content: await read(join('prompts', file)) })),
    ),
  };
  const created = await server.call('POST', '/api/agents', body);
  expect([created.status, created.body]).toMatchObject([201, {}]);
}

type ToolResult = (call: { toolName: string; args: Record<string, unknown> }) => unknown;

/** Runs a worker over all its pauses, each answered by `answer`. */
async function runWorker(
  server: SessionServer,
  slug: string,
  input: object,
  answer: ToolResult,
): Promise<StreamEvent[]> {
  const path = `/api/agents/${slug}/execute?by=slug`;
  const all: StreamEvent[] = [];
  let body: object = { type: 'start', input };
  for (let leg = 0; leg < 10; leg += 1) {
    const { events, status } = await server.stream(path, body);
    expect(status).toBe(200);
    checkEventGrammar(events, { kind: 'worker' });
    all.push(...events);
    const request = events.find((event) => event.type === 'tool-request');
    if (request?.type !== 'tool-request') return all;
    const toolResults = request.toolCalls.map((call) => ({ toolCallId: call.toolCallId, result: answer(call) }));
    const [first] = events;
    body = { type: 'continue', executionId: first?.type === 'start' ? first.executionId : '', toolResults };
  }
  throw new Error('The worker pauses without end');
}

function filesOf(events: readonly StreamEvent[]) {
  return events.filter((event) => event.type === 'file-available');
}

/** @returns the first bytes, as text. */
async function download(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer()).toString('latin1', 0, 12);
}

test('[rt.media.offline] listing-studio researches, writes, paints the cover and publishes', () =>
  withOfflineServer(async (server) => {
    await createExample(server, 'listing-studio');
    const published: unknown[] = [];
    const input = { ADDRESS: 'Fern Road 7', FACTS: { rooms: 3 } };
    const events = await runWorker(server, 'listing-studio', input, ({ toolName, args }) => {
      if (toolName !== 'publish-draft') return { rents: [900, 1100] };
      published.push(args);
      return { url: 'https://listings.test/1', draftId: 'd1' };
    });
    const [cover] = filesOf(events);
    expect(cover).toMatchObject({ mediaType: 'image/png', filename: 'image.png' });
    expect(await download(cover!.url)).toMatch(/^\x89PNG/);
    expect(published).toMatchObject([{ state: 'draft', cover: cover!.url }]);
    expect(events.at(-3)).toMatchObject({
      type: 'worker-result',
      output: { url: 'https://listings.test/1', draftId: 'd1' },
    });
  }));

test('[rt.media.offline] [rt.media.file] radio-desk hears, writes, speaks, paints and films', () =>
  withOfflineServer(async (server) => {
    await createExample(server, 'radio-desk');
    const { files } = server.services;
    const sessionId = await server.createSession();
    const { media } = createModels();
    const speech = media.resolveSpeech('offline/instant');
    if (!('model' in speech)) throw new Error('not resolved');
    const spoken = await speech.model.run(
      { text: 'We grow ferns. They like shade.', format: 'wav' },
      new AbortController().signal,
    );
    if (!('result' in spoken)) throw new Error('not spoken');
    const store = (bytes: Uint8Array, mediaType: string, filename: string): Promise<FileReference> =>
      files.store(bytes, { projectId: server.projectId, sessionId, mediaType, filename });
    const recording = await store(spoken.result.file.bytes, 'audio/wav', 'interview.wav');
    const portrait = await store(new Uint8Array([1, 2, 3]), 'image/png', 'portrait.png');
    const fields = { script: 'script', still: 'stillPrompt', clip: 'clipPrompt' } as const;
    const input = { RECORDING: recording, PORTRAIT: portrait };
    const events = await runWorker(server, 'radio-desk', input, ({ args }) => {
      const item = args.item as Record<string, string>;
      return item[fields[args.field as keyof typeof fields]];
    });
    const made = filesOf(events);
    expect(made.map(({ mediaType }) => mediaType)).toEqual(['audio/wav', 'image/png', 'video/mp4']);
    expect(await download(made[0]!.url)).toMatch(/^RIFF....WAVE/s);
    expect(await download(made[1]!.url)).toMatch(/^\x89PNG/);
    expect(await download(made[2]!.url)).toMatch(/^....ftypisom/s);
    expect(events.at(-3)).toMatchObject({ type: 'worker-result', output: { script: expect.any(String) } });
    expect(events.at(-1)).toMatchObject({ type: 'usage' });
    const [start] = events;
    const runId = start?.type === 'start' ? start.executionId : '';
    const { body: logs } = await server.call('GET', `/api/agent-sessions/${runId}/logs`);
    const operations = logs.entries.filter(({ type }: { type: string }) => type === 'block-operation');
    expect(operations.map(({ operationType }: { operationType: string }) => operationType)).toEqual([
      'transcribe-audio',
      'generate-speech',
      'generate-image',
      'generate-video',
    ]);
    expect(operations[0].operationResult).toBe('[00:00] We grow ferns.\n[00:00] They like shade.');
  }));
