import type { ErrorEvent, StreamEvent } from '@octavus/core';
import { CliFailure } from '../failures.ts';
import type { Output } from '../output.ts';

/** Longest piece of a tool's arguments or result that a line shows, in characters. */
const shownLength = 200;

/**
 * Shows the events of a turn as they come: the agent's text on standard output, and on standard error, in grey, what happens besides
 * (tool calls, operations, workers).
 */
export class EventPrinter {
  readonly #output: Output;
  readonly #isTextShown: boolean;
  readonly #toolNames = new Map<string, string>();
  /** Ids of texts that belong to the agent itself. */
  readonly #ownTexts = new Set<string>();
  #isInLine = false;
  /** What the agent said, in order. */
  readonly texts: string[] = [];
  failure: CliFailure | undefined;

  /** @param options.showText false: text is collected, not written. */
  constructor(output: Output, { showText }: { readonly showText: boolean }) {
    this.#output = output;
    this.#isTextShown = showText;
  }

  print(event: StreamEvent): void {
    switch (event.type) {
      case 'text-start':
        if (event.workerId === undefined) this.#openText(event.id);
        return;
      case 'text-delta':
        if (this.#ownTexts.has(event.id)) this.#write(event.delta);
        return;
      case 'text-end':
        this.#endLine();
        return;
      case 'tool-input-available':
        this.#toolNames.set(event.toolCallId, event.toolName);
        this.#note(`→ ${event.toolName} ${short(event.input)}`);
        return;
      case 'tool-output-available':
        this.#note(`← ${this.#nameOf(event.toolCallId)} ${short(event.output)}`);
        return;
      case 'tool-output-error':
        this.#note(`✗ ${this.#nameOf(event.toolCallId)}: ${event.error}`);
        return;
      case 'block-start':
        if (event.display !== 'hidden' && event.blockType !== 'next-message')
          this.#note(`· ${event.description ?? event.blockName}`);
        return;
      case 'worker-start':
        this.#note(`· ${event.description ?? event.workerSlug}`);
        return;
      case 'file-available':
        // A local run has no other address of a file than the file itself.
        this.#note(
          `· ${event.filename ?? event.id} (${event.mediaType}) ${event.url.startsWith('data:') ? '' : event.url}`.trimEnd(),
        );
        return;
      case 'source':
        this.#note(`· ${event.title ?? ''} ${event.sourceType === 'url' ? event.url : ''}`.trimEnd());
        return;
      case 'error':
        this.#endLine();
        this.failure = toFailure(event);
        return;
      default:
        return;
    }
  }

  /** Ends a line that is open, when the turn is over. */
  end(): void {
    this.#endLine();
  }

  #openText(id: string): void {
    this.#ownTexts.add(id);
    this.texts.push('');
  }

  #write(text: string): void {
    this.texts[this.texts.length - 1] += text;
    if (!this.#isTextShown || text === '') return;
    this.#output.stdout.write(text);
    this.#isInLine = !text.endsWith('\n');
  }

  #endLine(): void {
    if (this.#isInLine) this.#output.stdout.write('\n');
    this.#isInLine = false;
  }

  #note(text: string): void {
    if (this.#output.stdout.isTTY) this.#endLine();
    this.#output.progress(text);
  }

  #nameOf(toolCallId: string): string {
    return this.#toolNames.get(toolCallId) ?? toolCallId;
  }
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}

function toFailure({ message, errorType, code, retryable }: ErrorEvent): CliFailure {
  return new TurnFailure(message, { errorType, retryable, ...(code !== undefined && { apiCode: code }) });
}

/** The turn ended with an `error` event. */
class TurnFailure extends CliFailure {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(message: string, fields: Readonly<Record<string, unknown>>) {
    super('API_ERROR', message);
    this.#fields = fields;
  }

  override get fields(): Readonly<Record<string, unknown>> {
    return this.#fields;
  }
}
