import type { LogEntry } from '@octavus/core';
import type { LogFields } from '../log/log-fields.ts';
import { trimEntry } from '../log/trim-entry.ts';
import type { Clock } from '../ports.ts';

export interface LogNumbering {
  readonly executionId: string;
  /** Entries the execution wrote before: the sequence goes on. */
  readonly written: number;
}

/** Numbers and stamps the log entries of one leg. */
export class ExecutionLog {
  readonly #clock: Clock;
  readonly #idPrefix: string;
  #written: number;

  constructor({ executionId, written }: LogNumbering, clock: Clock) {
    this.#clock = clock;
    // A repeated leg counts from the same number again; its time keeps the ids apart.
    this.#idPrefix = `${executionId}-${clock.now().toString(36)}`;
    this.#written = written;
  }

  get written(): number {
    return this.#written;
  }

  entry(fields: LogFields): LogEntry {
    const sequence = this.#written;
    this.#written += 1;
    const { type, ...rest } = fields;
    const timestamp = new Date(this.#clock.now()).toISOString();
    return trimEntry({ id: `${this.#idPrefix}-${sequence}`, timestamp, type, sequence, ...rest });
  }
}
