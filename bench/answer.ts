/** What the model shall answer, as the question says it. */
export interface AnswerSpec {
  readonly tokens: number;
  /** Between two tokens, each in a write of its own; 0 sends the whole answer at once. */
  readonly pauseMs: number;
  /** Length of the question; absent: as long as it needs to be. */
  readonly questionBytes?: number;
}

export const toQuestion = ({ tokens, pauseMs, questionBytes = 0 }: AnswerSpec): string =>
  `Answer with ${tokens} tokens, one every ${pauseMs} ms.`.padEnd(questionBytes, '.');

/** @throws when the text holds no question of {@link toQuestion}. */
export function readAnswerSpec(text: string): AnswerSpec {
  const [, tokens, pauseMs] = /Answer with (\d+) tokens, one every (\d+) ms\./.exec(text) ?? [];
  if (tokens === undefined) throw new Error(`Not a question of the benchmark: ${text.slice(0, 100)}`);
  return { tokens: Number(tokens), pauseMs: Number(pauseMs) };
}

/** Five bytes each, as a token of English text roughly is. */
export const tokensOf = ({ tokens }: AnswerSpec): string[] =>
  Array.from({ length: tokens }, (_, index) => ` ${String(index % 10_000).padStart(4, '0')}`);

/** All of it: a turn counts only when its reader got exactly this. */
export const textOfAnswer = (spec: AnswerSpec): string => tokensOf(spec).join('');
