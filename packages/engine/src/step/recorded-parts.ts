import type { Part, ReasoningPart, StepStartPart, TextPart } from '../state/message.ts';
import type { StoredPart, TurnWriter } from './turn-writer.ts';

/** A part of a step as it is, and how much of it is stored. */
export class RecordedPart {
  /** For a text or reasoning without its content, which is `text`. */
  #part: Part;
  /** For a text or reasoning: what it says, but for the end that is in `#unsaved`. One string grows with a token, not two. */
  #saved: string | undefined;
  #isOpen: boolean;
  #stored: StoredPart | undefined;
  /** The end of the text, as far as the store does not know it. */
  #unsaved = '';
  /** The store has to be told the whole part again. */
  #needsRewrite = false;
  #isSettled = false;

  constructor(part: Part, growth: 'whole' | 'growing') {
    this.#part = part;
    this.#isOpen = growth === 'growing';
    this.#saved = growth === 'growing' ? '' : undefined;
  }

  get part(): Part {
    return this.#part;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What a text or reasoning says so far; empty for other parts. */
  get text(): string {
    return this.#saved === undefined ? '' : this.#saved + this.#unsaved;
  }

  get value(): Part {
    if (this.#saved === undefined) return this.#part;
    const { isOpen: _, ...part } = this.#part as TextPart | ReasoningPart;
    return { ...part, content: this.text, ...(this.#isOpen && { isOpen: true as const }) };
  }

  grow(text: string): void {
    this.#unsaved += text;
  }

  close(): void {
    this.#isOpen = false;
  }

  /** The text was wrong at its end. */
  retext(text: string): void {
    this.#saved = text;
    this.#unsaved = '';
    this.#needsRewrite = true;
  }

  /** Other fields of a text or reasoning, its content apart. */
  amend(fields: Partial<TextPart> | Partial<ReasoningPart>): void {
    this.#part = { ...this.#part, ...fields } as Part;
    this.#needsRewrite = true;
  }

  /** Another part takes its place. */
  become(part: Part): void {
    this.#part = part;
    this.#saved = undefined;
    this.#unsaved = '';
    this.#isOpen = false;
    this.#needsRewrite = true;
  }

  markStored(stored: StoredPart | undefined): void {
    this.#stored = stored;
    if (this.#saved !== undefined) this.#saved += this.#unsaved;
    this.#unsaved = '';
    this.#needsRewrite = false;
    this.#isSettled = !this.#isOpen;
  }

  /** Brings what is stored up to date. */
  save(writer: TurnWriter): void {
    if (!this.#stored) return;
    if (this.#needsRewrite) this.markStored(writer.replace(this.#stored, this.value));
    else if (!this.#isSettled) this.#extend(writer, this.#stored);
  }

  #extend(writer: TurnWriter, stored: StoredPart): void {
    if (this.#unsaved === '' && this.#isOpen) return;
    writer.extend(stored, this.#unsaved, !this.#isOpen);
    this.markStored(stored);
  }
}

/**
 * The parts of one step in the order they began.
 *
 * Nothing is stored per token: `save` brings the store up to date, at intervals while the model writes and once at the end.
 */
export class RecordedParts {
  readonly #writer: TurnWriter;
  readonly #parts: RecordedPart[] = [];
  #boundary: StepStartPart | undefined;
  #storedCount = 0;

  /** @param boundary stands before the first part, if there will be one. */
  constructor(writer: TurnWriter, boundary: StepStartPart | undefined) {
    this.#writer = writer;
    this.#boundary = boundary;
  }

  get all(): readonly RecordedPart[] {
    return this.#parts;
  }

  /** The texts of the step in order. */
  get texts(): readonly RecordedPart[] {
    return this.#parts.filter(({ part }) => part.type === 'text');
  }

  /** Everything the step said. */
  get text(): string {
    return this.texts.map((recorded) => recorded.text).join('');
  }

  add(part: Part): RecordedPart {
    return this.#push(new RecordedPart(part, 'whole'));
  }

  open(part: TextPart | ReasoningPart): RecordedPart {
    return this.#push(new RecordedPart(part, 'growing'));
  }

  /** Takes back a part that came to nothing; one that is stored stays. */
  discard(part: RecordedPart): void {
    const index = this.#parts.lastIndexOf(part);
    if (index >= this.#storedCount) this.#parts.splice(index, 1);
  }

  save(): void {
    for (const part of this.#parts) part.save(this.#writer);
    const added = this.#parts.slice(this.#storedCount);
    const stored = this.#writer.append(added.map((part) => part.value));
    for (const [index, part] of added.entries()) part.markStored(stored[index]);
    this.#storedCount = this.#parts.length;
  }

  #push(part: RecordedPart): RecordedPart {
    if (this.#boundary) this.#parts.push(new RecordedPart(this.#boundary, 'whole'));
    this.#boundary = undefined;
    this.#parts.push(part);
    return part;
  }
}
