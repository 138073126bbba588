import { createIds, type FileReference, type LanguageModels, type MediaFile, type MediaModels } from '@octavus/core';
import type { AgentDefinition } from '@octavus/protocol';
import type { EnginePorts, Files, Ids, WebSearch, WorkerAgent } from '../ports.ts';

export interface MemoryPortsOptions {
  /** `createModels()` of `@octavus/models`, or models of your own. */
  readonly models: LanguageModels & { readonly media: MediaModels };
  /** Agents of format `worker` that the agent may call, found by their slugs. */
  readonly workers?: readonly AgentDefinition[];
  readonly webSearch?: WebSearch;
  /** `estimateFee` of `@octavus/models`; absent: no price is known. */
  readonly estimateFee?: EnginePorts['estimateFee'];
}

/** What the engine needs, for a program that keeps everything in memory: real time, random ids, files as `data:` URLs. */
export function createMemoryPorts({ models, workers = [], webSearch, estimateFee }: MemoryPortsOptions): EnginePorts {
  const ids = createIds((count) => crypto.getRandomValues(new Uint8Array(count)), Date.now);
  const agents = new Map(workers.map((definition) => [definition.slug, toWorker(definition)]));
  return {
    models,
    media: models.media,
    files: createMemoryFiles(ids),
    ids,
    clock: { now: Date.now, sleep },
    findWorker: async (slug) => agents.get(slug),
    getWorker: async (slug) => {
      const worker = agents.get(slug);
      if (!worker) throw new Error(`There is no worker "${slug}"`);
      return worker;
    },
    ...(webSearch && { webSearch }),
    ...(estimateFee && { estimateFee }),
  };
}

function toWorker(definition: AgentDefinition): WorkerAgent {
  return { agentId: definition.slug, version: 1, definition };
}

function createMemoryFiles(ids: Pick<Ids, 'file'>): Files {
  const stored = new Map<string, MediaFile>();
  return {
    async store(bytes, { mediaType, filename }): Promise<FileReference> {
      const id = ids.file();
      stored.set(id, { bytes, mediaType });
      const url = `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`;
      return { id, mediaType, url, filename, size: bytes.length };
    },
    async read({ id, url }, { maxBytes }) {
      const file = stored.get(id) ?? readDataUrl(url);
      if (!file) return { problem: 'it is not in memory, and files elsewhere are not fetched.' };
      return file.bytes.length > maxBytes ? { problem: `it is larger than ${maxBytes} bytes.` } : { file };
    },
  };
}

/** Source: RFC 2397, in the form that `store` writes. */
function readDataUrl(url: string): MediaFile | undefined {
  const [, mediaType, base64] = /^data:([^;,]+);base64,([A-Za-z0-9+/=]*)$/.exec(url) ?? [];
  if (mediaType === undefined || base64 === undefined) return undefined;
  return { mediaType, bytes: new Uint8Array(Buffer.from(base64, 'base64')) };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
