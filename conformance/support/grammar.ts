import type { StreamEvent } from './leg.ts';

/** Fields that carry any JSON value, so that `null` is one of their values. */
const anyFields = new Set(['input', 'output', 'value']);

const callParts = [
  'tool-input-start',
  'tool-input-delta',
  'tool-input-end',
  'tool-input-available',
  'outcome',
] as const;

/**
 * Reads one leg of a session without workers against the grammar of stream-events.md section 4.
 *
 * @returns what is wrong, one sentence each; empty for a leg that keeps to it.
 */
export function grammarMistakes(events: readonly StreamEvent[]): string[] {
  const checker = new LegChecker();
  for (const [index, event] of events.entries()) checker.read(event, index, index === events.length - 1);
  checker.end();
  return checker.mistakes;
}

class LegChecker {
  readonly mistakes: string[] = [];
  #block: string | undefined;
  #part: { readonly kind: string; readonly id: string } | undefined;
  #calls = new Map<string, number>();
  #available = new Set<string>();
  #previous = '';
  #requests = 0;

  read(event: StreamEvent, index: number, isLast: boolean): void {
    this.#checkNulls(event);
    if ((index === 0) !== (event.type === 'start')) this.#mistake(`event ${index} is ${event.type}`);
    if ((event.type === 'finish' || event.type === 'error') !== isLast)
      this.#mistake(`${event.type} is event ${index}, last: ${isLast}`);
    this.#readPart(event);
    this.#readBlock(event);
    this.#readCall(event);
    this.#readPause(event);
    this.#previous = event.type;
  }

  end(): void {
    if (this.#requests > 1) this.#mistake('more than one tool-request');
  }

  #mistake(text: string): void {
    this.mistakes.push(text);
  }

  #checkNulls(event: StreamEvent): void {
    for (const [field, value] of Object.entries(event)) {
      if (value === null && !anyFields.has(field)) this.#mistake(`${event.type}.${field} is null`);
    }
  }

  #readPart(event: StreamEvent): void {
    const [, kind = '', step] = /^(text|reasoning)-(start|delta|end)$/.exec(event.type) ?? [];
    if (!step) return;
    const isOpen = this.#part?.kind === kind && this.#part.id === event.id;
    if (step === 'start') {
      if (this.#part) this.#mistake(`${event.type} while ${this.#part.kind} ${this.#part.id} is open`);
      this.#part = { kind, id: event.id };
      return;
    }
    if (!isOpen) this.#mistake(`${event.type} of ${event.id}, which is not open`);
    if (step === 'delta' && event.delta === '') this.#mistake(`${event.type} is empty`);
    if (step === 'end') this.#part = undefined;
  }

  #readBlock(event: StreamEvent): void {
    if (event.type === 'block-start') {
      if (this.#block) this.#mistake(`block ${event.blockId} starts inside ${this.#block}`);
      if (event.display === 'hidden') this.#mistake(`hidden block ${event.blockId} is announced`);
      this.#block = event.blockId;
      return;
    }
    if (event.type === 'block-end') {
      if (this.#block !== event.blockId) this.#mistake(`block ${event.blockId} ends, ${this.#block} is open`);
      this.#requireClosedPart('block-end');
      this.#block = undefined;
      return;
    }
    const isBlockItem = /^(reasoning|tool-input|tool-output|source|file)/.test(event.type);
    if (isBlockItem && !this.#block) this.#mistake(`${event.type} outside a block`);
  }

  #readCall(event: StreamEvent): void {
    const name = event.type.startsWith('tool-output-') ? 'outcome' : event.type;
    const position = (callParts as readonly string[]).indexOf(name);
    if (position < 0) return;
    const before = this.#calls.get(event.toolCallId) ?? -1;
    const repeats = name === 'tool-input-delta' && before === position;
    if (position <= before && !repeats) this.#mistake(`${event.type} of ${event.toolCallId} comes too late`);
    if (before === -1 && position > 0) this.#mistake(`${event.type} of ${event.toolCallId} comes before its start`);
    this.#calls.set(event.toolCallId, position);
    if (name === 'tool-input-available') this.#available.add(event.toolCallId);
  }

  #readPause(event: StreamEvent): void {
    if (event.type === 'tool-request') {
      this.#requests += 1;
      this.#requireClosedPart('tool-request');
      for (const call of event.toolCalls) {
        const isAnnounced = this.#calls.has(call.toolCallId);
        if (isAnnounced && !this.#available.has(call.toolCallId))
          this.#mistake(`${call.toolCallId} is requested before it is available`);
      }
    }
    if (event.type !== 'finish') return;
    this.#requireClosedPart('finish');
    const pauses = event.finishReason === 'tool-calls';
    if (pauses !== (this.#previous === 'tool-request'))
      this.#mistake(`finish ${event.finishReason} after ${this.#previous}`);
    if (!pauses && this.#block) this.#mistake(`finish while block ${this.#block} is open`);
  }

  #requireClosedPart(where: string): void {
    if (this.#part) this.#mistake(`${where} while ${this.#part.kind} ${this.#part.id} is open`);
  }
}
