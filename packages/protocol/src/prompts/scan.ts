import type { PromptCondition } from '../definition/prompt.ts';
import { parseCondition } from './condition.ts';
import type { PromptIssue, PromptSyntaxCode } from './tree.ts';

/** A tag of a prompt. `start` and `end` span the tag, `from` and `to` what it takes out of the text (its line, if standalone). */
export interface PromptTag {
  readonly kind: 'placeholder' | 'include' | 'if' | 'else-if' | 'else' | 'end';
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** Label of a placeholder, prompt name of an include. */
  readonly name: string;
  readonly condition: PromptCondition | undefined;
}

const placeholder = /\{\{[ \t]*([A-Z][A-Z0-9_]{0,63})[ \t]*\}\}/y;
const almostPlaceholder = /\{\{[ \t]*[\p{L}_][^{}\n]*\}\}/uy;
const include = /^([A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*)\.md[ \t]*$/;
const keywords = ['#if', 'else', '/if'] as const;
const unknownTag = /\{\{[#/]\p{L}[\p{L}\p{N}_-]*/uy;
const spacedTag = /\{\{[ \t]+(#if\b|\/if\b|@|else\b)/y;
const elseIf = /^[ \t]+if[ \t]+(?=\S)/;

/** Longest piece of a prompt that a message quotes. */
const quoteLimit = 80;

/**
 * Finds the tags of a prompt, one pass from left to right (protocol-language.md 4.2). What is no tag is text; what looks like a tag and
 * is none is an issue.
 *
 * @param text normalised content of one file.
 * @param prompts names of the prompts that exist: tells a badly written include from the syntax of another template language.
 * @param onTag gets each tag in turn; a list of them would double the memory that a file of nothing but tags takes.
 */
export function scanTags(
  text: string,
  prompts: { has(name: string): boolean },
  issues: PromptIssue[],
  onTag: (tag: PromptTag) => void,
): void {
  const nextClose = finder(text, '}}');
  const nextLine = finder(text, '\n');
  let at = text.indexOf('{{');
  while (at !== -1) {
    const tag = readTag(at);
    if (tag) onTag(tag);
    at = text.indexOf('{{', tag ? tag.end : at + 1);
  }

  function readTag(start: number): PromptTag | undefined {
    const word = keywords.find((candidate) => text.startsWith(candidate, start + 2));
    if (word !== undefined && isWordEnd(start + 2 + word.length)) return readKeyword(word, start);
    const label = match(placeholder, start)?.[1];
    if (label !== undefined) return plainTag('placeholder', start, placeholder.lastIndex, label);
    if (text[start + 2] === '@') return readInclude(start);
    const spaced = match(spacedTag, start)?.[1];
    const unknown = match(unknownTag, start)?.[0];
    if (unknown !== undefined) issue('PROMPT_TAG_UNKNOWN', start, { tag: quoteTag(start, unknown) });
    else if (spaced !== undefined) issue('PROMPT_TAG_SPACING', start, { tag: `{{${spaced}` });
    else if (match(almostPlaceholder, start))
      issue('PROMPT_PLACEHOLDER_SYNTAX', start, { text: quoteTag(start, '{{') });
    return undefined;
  }

  function readInclude(start: number): PromptTag | undefined {
    const end = tagEnd(start);
    const body = end === undefined ? undefined : text.slice(start + 3, end - 2);
    const name = body === undefined ? undefined : include.exec(body)?.[1];
    if (name !== undefined && !name.endsWith('.md')) return plainTag('include', start, end!, name);
    const meant = body === undefined ? '' : meantPrompt(body);
    if (prompts.has(meant)) issue('PROMPT_INCLUDE_SYNTAX', start, { example: `{{@${meant}.md}}` });
    else issue('PROMPT_PLACEHOLDER_SYNTAX', start, { text: quoteTag(start, '{{@') });
    return undefined;
  }

  function isWordEnd(offset: number): boolean {
    return isBlank(text[offset]) || text[offset] === '\n' || text.startsWith('}}', offset);
  }

  function readKeyword(word: (typeof keywords)[number], start: number): PromptTag {
    const bodyStart = start + 2 + word.length;
    // A tag without its closing braces still opens, divides or closes: one mistake gives one issue.
    const end = tagEnd(start) ?? bodyStart;
    const isClosed = end !== bodyStart;
    const body = isClosed ? text.slice(bodyStart, end - 2) : restOfLine(bodyStart);
    if (word === '#if') return conditionTag('if', body, { start, end, isClosed });
    if (word === '/if') return bareTag('end', body, { start, end, isClosed });
    const clause = elseIf.exec(body);
    if (clause) return conditionTag('else-if', body.slice(clause[0].length), { start, end, isClosed });
    return bareTag('else', body, { start, end, isClosed });
  }

  function conditionTag(kind: 'if' | 'else-if', body: string, span: TagSpan): PromptTag {
    const source = trimBlanks(body);
    const condition = span.isClosed ? parseCondition(source) : undefined;
    if (!condition) issue('PROMPT_CONDITION_SYNTAX', span.start, { text: quote(source) });
    return { ...takeLine(kind, span.start, span.end), condition };
  }

  function bareTag(kind: 'else' | 'end', body: string, span: TagSpan): PromptTag {
    const source = trimBlanks(body);
    if (source !== '' || !span.isClosed) issue('PROMPT_CONDITION_SYNTAX', span.start, { text: quote(source) });
    return takeLine(kind, span.start, span.end);
  }

  /** A conditional tag alone on its line takes the line with it (4.6). */
  function takeLine(kind: PromptTag['kind'], start: number, end: number): PromptTag {
    let from = start;
    while (isBlank(text[from - 1])) from--;
    let to = end;
    while (isBlank(text[to])) to++;
    const isAlone = (from === 0 || text[from - 1] === '\n') && (to === text.length || text[to] === '\n');
    if (!isAlone) return plainTag(kind, start, end, '');
    return { kind, start, end, from, to: Math.min(to + 1, text.length), name: '', condition: undefined };
  }

  /** Offset behind the closing braces, if they stand on the same line. */
  function tagEnd(start: number): number | undefined {
    const close = nextClose(start + 2);
    return close === -1 || nextLineBefore(start, close) ? undefined : close + 2;
  }

  function nextLineBefore(start: number, close: number): boolean {
    const line = nextLine(start);
    return line !== -1 && line < close;
  }

  function restOfLine(start: number): string {
    const line = nextLine(start);
    return text.slice(start, Math.min(line === -1 ? text.length : line, start + quoteLimit + 1));
  }

  function quoteTag(start: number, otherwise: string): string {
    const end = tagEnd(start);
    return quote(end === undefined ? otherwise : text.slice(start, end));
  }

  function match(pattern: RegExp, start: number): RegExpExecArray | null {
    pattern.lastIndex = start;
    return pattern.exec(text);
  }

  function issue(code: PromptSyntaxCode, start: number, params: PromptIssue['params']): void {
    issues.push({ code, start, params });
  }
}

interface TagSpan {
  readonly start: number;
  readonly end: number;
  readonly isClosed: boolean;
}

function plainTag(kind: PromptTag['kind'], start: number, end: number, name: string): PromptTag {
  return { kind, start, end, from: start, to: end, name, condition: undefined };
}

/** The prompt an include that is not written as one seems to mean: `{{@./tone}}` means `tone` (4.2). */
function meantPrompt(body: string): string {
  return body
    .trim()
    .replace(/^\.?\//, '')
    .replace(/\.md$/, '');
}

/** Searches forward with a memory, so that many questions cost one pass. The questions must come in ascending order. */
function finder(text: string, needle: string): (from: number) => number {
  let found = -2;
  return (from) => {
    if (found !== -1 && found < from) found = text.indexOf(needle, from);
    return found;
  };
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function trimBlanks(text: string): string {
  let start = 0;
  while (isBlank(text[start])) start++;
  let end = text.length;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}

/** The start of a text of the author, short enough for a message. */
export function quote(text: string): string {
  return text.length <= quoteLimit ? text : `${text.slice(0, quoteLimit)}…`;
}
