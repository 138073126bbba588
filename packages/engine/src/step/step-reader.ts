import type {
  FileReference,
  ModelFinish,
  ModelGeneratedFile,
  ModelSource,
  ModelStreamPart,
  ProviderFailure,
  ProviderMetadata,
} from '@octavus/core';
import { announceFile } from '../execution/add-files.ts';
import type { Run } from '../execution/run.ts';
import type { FilePart, ReasoningPart, SourcePart, TextPart } from '../state/message.ts';
import type { CallReader } from './call-reader.ts';
import { LoopGuard } from './loop-guard.ts';
import type { RecordedPart, RecordedParts } from './recorded-parts.ts';
import { mergeMetadata, type Turn } from './turn.ts';

/** How far the store may be behind the stream while the model writes (runtime-semantics.md 11); the time is `SaveTimer`'s. */
const saveEveryChars = 4096;

export interface ReaderOptions {
  readonly run: Run;
  readonly turn: Turn;
  readonly calls: CallReader;
  readonly parts: RecordedParts;
  /** Provider id of the model that writes. */
  readonly provider: string;
}

/** Files apart: they take time. */
type ReadPart = Exclude<ModelStreamPart, ModelGeneratedFile>;

interface OpenText {
  readonly kind: 'text' | 'reasoning';
  /** The model's id of it. */
  readonly source: string;
  readonly recorded: RecordedPart;
  readonly guard: LoopGuard | undefined;
  /** Set once it is announced. */
  id: string | undefined;
  isStructured: boolean;
}

/**
 * Reads what a model writes in one step: sends the events its turn shows, records the parts, saves them from time to time.
 *
 * At most one text or reasoning is open (G1): whatever else begins ends it. Sources wait for its end. As long as nothing was sent the step
 * can be forgotten and asked for again: until then nothing is stored, and sources wait, too.
 */
export class StepReader {
  readonly #run: Run;
  readonly #turn: Turn;
  readonly #calls: CallReader;
  readonly #parts: RecordedParts;
  readonly #provider: string;
  #open: OpenText | undefined;
  #sources: ModelSource[] = [];
  #unsavedChars = 0;
  #hasSent = false;

  finish: ModelFinish | undefined;
  failure: ProviderFailure | undefined;
  /** The loop guard stopped it. */
  isCut = false;
  /** Characters of text and reasoning that the model wrote. */
  writtenChars = 0;

  constructor({ run, turn, calls, parts, provider }: ReaderOptions) {
    this.#run = run;
    this.#turn = turn;
    this.#calls = calls;
    this.#parts = parts;
    this.#provider = provider;
  }

  /** No text, reasoning or call of the step was sent, and no file: it may be asked for again (6.7). */
  get isSilent(): boolean {
    return !this.#hasSent && !this.#calls.hasSent;
  }

  /** The model said its last. */
  get hasEnded(): boolean {
    return this.finish !== undefined || this.failure !== undefined;
  }

  read(part: ReadPart): void {
    switch (part.type) {
      case 'text-delta':
        this.#grow('text', part.id, part.delta, part.providerMetadata);
        return;
      case 'reasoning-delta':
        this.#grow('reasoning', part.id, part.delta, part.providerMetadata);
        return;
      case 'text-start':
        this.#start('text', part.id, part.providerMetadata);
        return;
      case 'reasoning-start':
        this.#start('reasoning', part.id, part.providerMetadata);
        return;
      case 'text-end':
      case 'reasoning-end':
        this.#end(part.id, part.providerMetadata);
        return;
      case 'tool-input-start':
        this.#close();
        this.#calls.start(part.id, part.toolName, part.providerExecuted);
        return;
      case 'tool-input-delta':
        this.#calls.delta(part.id, part.delta);
        return;
      case 'tool-input-end':
        this.#calls.end(part.id);
        return;
      case 'tool-call':
        this.#close();
        this.#calls.complete(part);
        return;
      case 'tool-result':
        this.#calls.settle(part);
        return;
      case 'source':
        this.#sources.push(part);
        if (!this.#open) this.#tellSources();
        return;
      case 'finish':
        this.finish = part;
        return;
      case 'error':
        this.failure = part.failure;
    }
  }

  /** A file that the model made and that is stored: a part of the answer, announced where the block tells of files (stream-events.md 5.1). */
  addFile(file: FileReference, providerMetadata: ProviderMetadata | undefined): void {
    const { thread, writer, isStreaming } = this.#turn;
    const part: FilePart = {
      type: 'file',
      visible: writer.isKept,
      ...(thread !== 'main' && { thread }),
      ...(providerMetadata && { providerMetadata }),
      saidBy: this.#provider,
      file,
    };
    this.#parts.add(part);
    if (!isStreaming) return;
    // Durable before visible: the part with the event that tells of it (runtime-semantics.md 11).
    this.save();
    announceFile(this.#run, file);
    this.#hasSent = true;
  }

  /** What the model says next is not part of the text or reasoning that is open. */
  endOpen(): void {
    this.#close();
  }

  /** Text was read that has to be stored and is not. */
  get hasUnsaved(): boolean {
    return this.#unsavedChars > 0 && !this.isSilent;
  }

  save(): void {
    this.#parts.save();
    this.#unsavedChars = 0;
  }

  /** Between batches: stores what has become much. */
  saveIfDue(): void {
    if (this.#unsavedChars >= saveEveryChars && !this.isSilent) this.save();
  }

  /** Ends what is open on the wire; the record is complete then. */
  close(): void {
    this.#close();
    this.#calls.closeOpen();
    this.#sendSources();
  }

  #start(kind: OpenText['kind'], source: string, metadata: ProviderMetadata | undefined): OpenText {
    this.#close();
    const { thread, isStreaming, writer, settings } = this.#turn;
    const base = {
      // Texts of other modes are shown once it is known that they are the last (9.2).
      visible: isStreaming && writer.isKept,
      ...(thread !== 'main' && { thread }),
      content: '',
      ...(metadata && { providerMetadata: metadata }),
    };
    const part: TextPart | ReasoningPart =
      kind === 'text' ? { type: 'text', ...base } : { type: 'reasoning', ...base, provider: this.#provider };
    const guard = settings.loopGuard ? new LoopGuard() : undefined;
    this.#open = { kind, source, recorded: this.#parts.open(part), guard, id: undefined, isStructured: false };
    return this.#open;
  }

  #grow(kind: OpenText['kind'], source: string, delta: string, metadata?: ProviderMetadata): void {
    const current = this.#open?.source === source && this.#open.kind === kind ? this.#open : undefined;
    if (!current && delta === '') return;
    const open = current ?? this.#start(kind, source, undefined);
    if (metadata) amendMetadata(open.recorded, metadata);
    if (delta === '' || this.isCut) return;
    open.recorded.grow(delta);
    this.writtenChars += delta.length;
    this.#unsavedChars += delta.length;
    if (this.#turn.isStreaming) this.#send(open, delta);
    const keep = open.guard?.push(delta);
    if (keep !== undefined) this.#cut(open, keep);
  }

  #send(open: OpenText, delta: string): void {
    if (open.id !== undefined) {
      // Not put together from the kind: that would be a new string per token.
      this.#run.event({ type: open.kind === 'text' ? 'text-delta' : 'reasoning-delta', id: open.id, delta });
      return;
    }
    const { responseType } = this.#turn;
    const said = open.recorded.text;
    const first = said.trimStart()[0];
    // Whether a text is structured shows at its first character that is not white space (6.5).
    if (responseType && open.kind === 'text' && first === undefined) return;
    const isStructured = responseType !== undefined && open.kind === 'text' && first === '{';
    const id = this.#run.nextPartId(open.kind === 'text' ? 'txt' : 'rsn');
    open.id = id;
    open.isStructured = isStructured;
    if (open.kind === 'reasoning') this.#run.event({ type: 'reasoning-start', id });
    else this.#run.event({ type: 'text-start', id, ...(isStructured && { responseType: responseType.name }) });
    this.#run.event({ type: `${open.kind}-delta`, id, delta: said });
    this.#hasSent = true;
  }

  #end(source: string, metadata: ProviderMetadata | undefined): void {
    if (this.#open?.source !== source) return;
    if (metadata) amendMetadata(this.#open.recorded, metadata);
    this.#close();
  }

  #close(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    open.recorded.close();
    if (open.id !== undefined) this.#run.event({ type: `${open.kind}-end`, id: open.id });
    if (open.recorded.text === '') this.#endEmpty(open);
    else if (open.kind === 'reasoning') this.#logReasoning(open.recorded.text);
    this.#tellSources();
  }

  /** Thinking without words is kept for its provider's sake only, when it carries data such as encrypted thoughts. */
  #endEmpty({ kind, recorded }: OpenText): void {
    if (kind === 'reasoning' && recorded.part.providerMetadata) recorded.amend({ visible: false });
    else this.#parts.discard(recorded);
  }

  #logReasoning(reasoningContent: string): void {
    this.#run.log({ type: 'reasoning', ...logThread(this.#turn), reasoningContent });
  }

  #tellSources(): void {
    if (!this.isSilent || !this.#turn.isStreaming) this.#sendSources();
  }

  #sendSources(): void {
    const { thread, writer, isStreaming, providerTools } = this.#turn;
    // A hidden tool shows nothing, what it found included (stream-events.md 5.2).
    const isHidden = providerTools.get('web-search')?.display === 'hidden';
    const visible = writer.isKept && !isHidden;
    for (const { type: _, ...source } of this.#sources) {
      const part: SourcePart = { type: 'source', visible, ...(thread !== 'main' && { thread }), source };
      this.#parts.add(part);
      if (!isStreaming || isHidden) continue;
      this.#run.event({ type: 'source', ...source });
    }
    this.#sources = [];
  }

  #cut(open: OpenText, keep: number): void {
    this.isCut = true;
    open.recorded.retext(open.recorded.text.slice(0, keep));
  }
}

export function logThread({ thread }: Turn): { readonly thread?: string } {
  return thread === 'main' ? {} : { thread };
}

function amendMetadata(recorded: RecordedPart, metadata: ProviderMetadata): void {
  recorded.amend({ providerMetadata: mergeMetadata(recorded.part.providerMetadata, metadata)! });
}
