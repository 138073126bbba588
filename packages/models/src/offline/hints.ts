import { splitWords, subjects } from './words.ts';

/** Names of properties that want what was said, not a piece of it. */
const wholeTextNames =
  /^(?:query|question|text|message|prompt|topic|input|content|body|request|task|goal|summary|description|title|subject|search|note|reason|comment|details?|instructions?)$/;

/** Names of properties that want a number or a code, written as a text. */
const codeNames = /^(?:no|nr|num|number|id|code|ref|reference|sku)$/;

/**
 * Values found in what was said. Each quoted text, proper name, number, address or date is handed out once, in the order it was
 * said, so that two properties of a kind get two values.
 */
export class Hints {
  readonly text: string;
  readonly #words: readonly string[];
  readonly #quoted: string[];
  readonly #names: string[];
  readonly #numbers: number[];
  readonly #emails: string[];
  readonly #urls: string[];
  readonly #dates: string[];
  readonly #dateTimes: string[];
  readonly #codes: string[];
  readonly #subjects: string[];

  /** @param ignored words in their simple form that say nothing about a value, such as those that chose the tool. */
  constructor(text: string, ignored: ReadonlySet<string> = new Set()) {
    this.text = text.slice(0, maxScannedLength);
    this.#words = splitWords(this.text);
    this.#quoted = matches(this.text, /["“”]([^"“”\n]{1,200})["“”]|(?<!\w)['‘`]([^'’`\n]{1,200})['’`](?!\w)/g);
    this.#emails = matches(this.text, /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g);
    this.#urls = matches(this.text, /https?:\/\/[^\s"'<>)\]]+[^\s"'<>)\].,;!?]/g).filter((url) => URL.canParse(url));
    this.#dateTimes = matches(
      this.text,
      /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})/g,
    ).filter(isDate);
    this.#dates = matches(this.text, /\b\d{4}-\d{2}-\d{2}(?!T?\d)/g).filter(isDate);
    const rest = this.text.replace(
      /https?:\/\/\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w.-]+|\d{4}-\d{2}-\d{2}(?:T[\d:.Z+-]+)?|["“”][^"“”\n]{1,200}["“”]/g,
      ' ',
    );
    this.#numbers = matches(rest, /(?<![\w.-])-?\d{1,15}(?:\.\d{1,10})?(?![\w-]|\.\d)/g).map(Number);
    this.#codes = matches(rest, /(?<![\w-])(?=[\w-]*\d)[A-Za-z]{1,6}-?\d[\w-]{0,20}(?![\w-])/g);
    this.#subjects = subjects(rest.slice(0, maxSubjectLength), ignored);
    this.#names = matches(rest, /(?<=[\p{L}\p{N},:;] )\p{Lu}[\p{L}\p{N}'’-]*(?: \p{Lu}[\p{L}\p{N}'’-]*)*/gu).filter(
      (name) => name !== 'I',
    );
  }

  /** Whether the words of a name or value were said, in order and side by side. */
  mentions(name: string): boolean {
    return indexOfRun(this.#words, splitWords(name)) !== -1;
  }

  takeNumber(fits: (value: number) => boolean): number | undefined {
    return takeFirst(this.#numbers, fits);
  }

  takeEmail(): string | undefined {
    return this.#emails.shift();
  }

  takeUrl(): string | undefined {
    return this.#urls.shift();
  }

  takeDate(): string | undefined {
    return this.#dates.shift() ?? this.#dateTimes[0]?.slice(0, 10);
  }

  takeDateTime(): string | undefined {
    return this.#dateTimes.shift() ?? withTime(this.#dates.shift());
  }

  /** The best piece of what was said for a property of this name. */
  takeString(name: string): string | undefined {
    const words = splitWords(name);
    const last = words.at(-1) ?? '';
    if (/^e?mail$/.test(last)) return this.takeEmail() ?? this.#after(words);
    if (/^(?:url|link|uri|website)$/.test(last)) return this.takeUrl();
    if (/^(?:date|day)$/.test(last)) return this.takeDate() ?? this.#after(words);
    const taken = this.#after(words) ?? this.#quoted.shift();
    if (taken !== undefined) return taken;
    if (wholeTextNames.test(last)) return this.text.trim() || undefined;
    if (codeNames.test(last)) return this.#codes.shift() ?? this.#numbers.shift()?.toString();
    return this.#names.shift() ?? this.#subjects.shift();
  }

  /** `city Lisbon`, `city: Lisbon`, `city is "Lisbon"`. */
  #after(words: readonly string[]): string | undefined {
    if (words.length === 0) return undefined;
    const spelled = words.map((word) => word.replace(/[^\p{L}\p{N}]/gu, '')).join('[\\s_-]*');
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}])${spelled}(?:\\s*[:=]\\s*|\\s+(?:is|named|called|number|no\\.?)\\s+|\\s+#?)(${quotedOrWord})`,
      'iu',
    );
    const found = pattern.exec(this.text)?.[1];
    if (found === undefined || isFunctionWord(found)) return undefined;
    const value = found.replace(/^["“‘'`#]|["”’'`]$/g, '').replace(/[.,;:!?]+$/, '');
    this.#forget(value);
    return value || undefined;
  }

  /** A value found by name is not handed out again as a quoted text, name or number. */
  #forget(value: string): void {
    for (const list of [this.#quoted, this.#names]) {
      const index = list.indexOf(value);
      if (index !== -1) list.splice(index, 1);
    }
    const number = this.#numbers.indexOf(Number(value));
    if (number !== -1) this.#numbers.splice(number, 1);
  }
}

/** Longer texts are read this far; the rules need no more, and hostile input costs no more. */
const maxScannedLength = 8_000;

/** What a message is about is said early. */
const maxSubjectLength = 500;

const quotedOrWord = '["“][^"”\\n]{1,200}["”]|[\'‘`][^\'’`\\n]{1,200}[\'’`]|[\\p{L}\\p{N}][\\p{L}\\p{N}._/@-]*';

function isFunctionWord(word: string): boolean {
  return /^(?:in|of|for|to|is|are|was|and|or|the|a|an|at|on|by|with|from|please|that|which|who|you|i|we|it|do|does|like|now|today)$/i.test(
    word,
  );
}

function matches(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), (match) => match.slice(1).find((group) => group !== undefined) ?? match[0]);
}

function isDate(text: string): boolean {
  const day = text.slice(0, 10);
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day) && !Number.isNaN(Date.parse(text));
}

function withTime(date: string | undefined): string | undefined {
  return date === undefined ? undefined : `${date}T12:00:00Z`;
}

function takeFirst<T>(list: T[], fits: (value: T) => boolean): T | undefined {
  const index = list.findIndex(fits);
  return index === -1 ? undefined : list.splice(index, 1)[0];
}

function indexOfRun(words: readonly string[], run: readonly string[]): number {
  if (run.length === 0) return -1;
  return words.findIndex((_, start) => run.every((word, offset) => words[start + offset] === word));
}
