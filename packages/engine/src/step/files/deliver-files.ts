import {
  type MediaFile,
  type ModelFilePart,
  type ModelMessage,
  type ModelTextPart,
  sniffImageMediaType,
} from '@octavus/core';
import type { Run } from '../../execution/run.ts';
import { logThread } from '../step-reader.ts';
import type { Turn } from '../turn.ts';
import { countFiles, isFile, keepNewestImages } from './image-count.ts';
import { announce, isImage, isText, mediaKind } from './model-files.ts';

/**
 * Largest files whose content goes to a model, in bytes (ours): what providers take inside a request. Documents and videos beyond it are
 * announced.
 */
const maxBytes = {
  image: 20 * 1024 * 1024,
  pdf: 32 * 1024 * 1024,
  video: 20 * 1024 * 1024,
  text: 4 * 1024 * 1024,
} as const;
/** Characters of a text file (ours). */
const maxTextChars = 200_000;
/** Bytes that a turn keeps for its next step (ours). */
const maxKeptBytes = 64 * 1024 * 1024;

/** Whether a request needs its files fetched. */
export function hasFiles(messages: readonly ModelMessage[]): boolean {
  return countFiles(messages) > 0;
}

/**
 * The messages with the content of their files in them: providers cannot fetch from a server on a laptop, and addresses expire.
 *
 * Images over a limit are scaled down, of too many the oldest are left out; a file that cannot be read is announced instead.
 */
export async function deliverFiles(
  run: Run,
  turn: Turn,
  messages: readonly ModelMessage[],
): Promise<readonly ModelMessage[]> {
  const { maxCount } = turn.writer.context?.imageLimits ?? {};
  const kept = maxCount === undefined ? messages : keepNewestImages(messages, maxCount);
  return Promise.all(kept.map((message) => (countFiles([message]) > 0 ? deliverInto(run, turn, message) : message)));
}

async function deliverInto(run: Run, turn: Turn, message: ModelMessage): Promise<ModelMessage> {
  if (message.role === 'tool') {
    const content = message.content.map(async (result) => {
      if (!result.files) return result;
      const files = (await Promise.all(result.files.map((file) => deliver(run, turn, file)))).filter(isFile);
      const { files: _, ...rest } = result;
      return files.length > 0 ? { ...rest, files } : rest;
    });
    return { ...message, content: await Promise.all(content) };
  }
  if (message.role === 'assistant') {
    const content = message.content.map((part) => (part.type === 'file' ? deliver(run, turn, part) : part));
    return { ...message, content: await Promise.all(content) };
  }
  const content = message.content.map((part) => (part.type === 'file' ? deliver(run, turn, part) : part));
  return { ...message, content: await Promise.all(content) };
}

type Delivered = ModelFilePart | ModelTextPart;

/** What was fetched for one step serves the next ones of the turn. */
async function deliver(run: Run, turn: Turn, part: ModelFilePart): Promise<Delivered> {
  if (!('url' in part.data)) return part;
  const { url, id = url } = part.data;
  const { files } = turn.progress;
  const maxDimension = dimensionLimit(turn);
  const key = `${maxDimension ?? ''} ${part.mediaType} ${id} ${url}`;
  const known = files.get(key);
  if (known) return known;
  const delivered = await fetchFile(run, turn, part, { id, url, maxDimension });
  if (keptBytes(files) + bytesOf(delivered) > maxKeptBytes) files.clear();
  files.set(key, delivered);
  return delivered;
}

interface Wanted {
  readonly id: string;
  readonly url: string;
  readonly maxDimension: number | undefined;
}

async function fetchFile(run: Run, turn: Turn, part: ModelFilePart, wanted: Wanted): Promise<Delivered> {
  const { mediaType, filename } = part;
  const { id, url, maxDimension } = wanted;
  const kind = isText(mediaType) ? 'text' : (mediaKind(mediaType) ?? 'image');
  const reference = { id, mediaType, url, ...(filename !== undefined && { filename }) };
  const read = await run.ports.files.read(reference, { maxBytes: maxBytes[kind], signal: run.signal });
  const named = { ...reference, id: filename ?? 'unnamed' };
  if ('problem' in read) return { type: 'text', text: `${announce(named)} It cannot be shown: ${read.problem}` };
  if (kind === 'text') return toText(read.file, named);
  if (!isImage(mediaType)) return { ...part, data: { bytes: read.file.bytes } };
  const sniffed = sniffImageMediaType(read.file.bytes);
  if (!sniffed)
    return { type: 'text', text: `${announce(named)} It cannot be shown: it is no PNG, JPEG, GIF or WebP.` };
  const image = { ...read.file, mediaType: sniffed };
  const fitted = maxDimension === undefined ? image : await fit(run, turn, image, { url, maxDimension });
  return { ...part, mediaType: fitted.mediaType, data: { bytes: fitted.bytes } };
}

function toText({ bytes }: MediaFile, named: Parameters<typeof announce>[0]): ModelTextPart {
  const content = new TextDecoder().decode(bytes);
  const isCut = content.length > maxTextChars;
  const shown = isCut ? content.slice(0, maxTextChars).toWellFormed() : content;
  const note = isCut ? `\n[${content.length - maxTextChars} of ${content.length} characters left out.]` : '';
  return { type: 'text', text: `${announce(named)}\n${shown}${note}` };
}

/** The agent's limit, or what a provider was found to take, if that is less. */
function dimensionLimit({ settings, writer }: Turn): number | undefined {
  const limits = [settings.maxImageDimension, writer.context?.imageLimits?.maxDimension];
  const known = limits.filter((limit) => limit !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

async function fit(
  run: Run,
  turn: Turn,
  image: MediaFile,
  { url, maxDimension }: { url: string; maxDimension: number },
) {
  const fitted = await run.ports.images?.fit(image, maxDimension);
  if (!fitted) return image;
  if (fitted.file !== image) logScaled(run, turn, { url, fitted });
  return fitted.file;
}

type Fitted = NonNullable<Awaited<ReturnType<NonNullable<Run['ports']['images']>['fit']>>>;

/** Once per image: the thread remembers which were told of. What a recovery scales is told with the recovery. */
function logScaled(run: Run, turn: Turn, { url, fitted }: { readonly url: string; readonly fitted: Fitted }): void {
  const { maxImageDimension } = turn.settings;
  if (maxImageDimension === undefined || maxImageDimension !== dimensionLimit(turn)) return;
  const key = imageKey(url);
  const told = turn.writer.context?.adaptedImages ?? [];
  if (told.includes(key)) return;
  turn.writer.changeContext({ adaptedImages: [...told, key] });
  run.log({
    type: 'image-adapted',
    ...logThread(turn),
    source: 'declared-cap',
    adaptation: 'downscaled',
    originalWidth: fitted.original.width,
    originalHeight: fitted.original.height,
    deliveredWidth: fitted.delivered.width,
    deliveredHeight: fitted.delivered.height,
    maxImageDimension,
  });
}

/** Addresses of ours differ in their signature from time to time. */
function imageKey(url: string): string {
  const path = URL.canParse(url) && !url.startsWith('data:') ? new URL(url).pathname : url;
  return path.length <= 200 ? path : `${path.slice(0, 100)}…${path.slice(-50)} ${path.length}`;
}

function bytesOf(delivered: Delivered): number {
  if (delivered.type === 'text') return delivered.text.length;
  return 'bytes' in delivered.data ? delivered.data.bytes.length : 0;
}

function keptBytes(files: ReadonlyMap<string, Delivered>): number {
  return [...files.values()].reduce((sum, file) => sum + bytesOf(file), 0);
}
