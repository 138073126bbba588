import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AgentPayload, validateAgentFiles } from '@octavus/protocol';
import { expect } from 'vitest';
import type { SessionServer } from '../serve-sessions.ts';

/** How an example's models answer: the offline one in every place, or recorded streams of the providers it names. */
export type Mode = 'offline' | 'recorded';

const folder = join(import.meta.dirname, '../../../../packages/protocol/test/fixtures/agents');
const anyModel = /(?:anthropic|openai|google)\/[\w.-]+/g;
/** Media have no recordings: the offline models make their files in both modes. */
const mediaModel = /\b(imageModel|videoModel|speechModel|transcriptionModel): [\w./-]+/g;

/** The example agents, in the order in which a project can take them: those that others call come first. */
export async function exampleSlugs(): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const slugs = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const called = ['handover-note', 'listing-studio', 'thread-digest'];
  return slugs.toSorted((one, other) => Number(called.includes(other)) - Number(called.includes(one)));
}

/** An example agent from its files. */
export async function readExample(slug: string, mode: Mode): Promise<AgentPayload> {
  const paths = await readdir(join(folder, slug), { recursive: true });
  const texts = paths
    .filter((path) => /\.\w+$/.test(path))
    .map(async (path) => [path, await readFile(join(folder, slug, path), 'utf8')] as const);
  const { payload } = validateAgentFiles(new Map(await Promise.all(texts)));
  const { protocol = '' } = payload;
  const changed =
    mode === 'offline'
      ? protocol.replaceAll(anyModel, 'offline/instant')
      : protocol.replaceAll(mediaModel, '$1: offline/instant');
  return { ...payload, settings: payload.settings as AgentPayload['settings'], protocol: changed };
}

export async function createExample(server: SessionServer, slug: string, mode: Mode): Promise<void> {
  const created = await server.call('POST', '/api/agents', await readExample(slug, mode));
  expect([slug, created.status, JSON.stringify(created.body)]).toEqual([slug, 201, expect.any(String)]);
}
