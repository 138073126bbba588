import type { StreamEvent } from '@octavus/core';

/** The rule of stream-events.md that a stream breaks: `G1` to `G9`, `EBNF`, or the number of the section. */
export type GrammarRule =
  | `G${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`
  | 'EBNF'
  | '2'
  | '3'
  | '5.1'
  | '5.2'
  | '5.3'
  | '9'
  | '11';

export class GrammarError extends Error {
  readonly rule: GrammarRule;
  /** Position of the event in its leg. */
  readonly index: number;

  constructor(rule: GrammarRule, problem: string, index: number, event: StreamEvent | undefined) {
    super(`[${rule}] ${problem}, at event ${index}: ${event ? JSON.stringify(event) : 'end of the leg'}`);
    this.name = 'GrammarError';
    this.rule = rule;
    this.index = index;
  }
}

export type Fail = (rule: GrammarRule, problem: string) => never;
