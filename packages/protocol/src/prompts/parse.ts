import { normaliseText } from '../diagnostics/source.ts';
import { type PromptTag, quote, scanTags } from './scan.ts';
import type { ParsedBranch, ParsedInclude, ParsedNode, ParsedPrompt, PromptIssue, PromptMention } from './tree.ts';

/** Deepest nesting of conditionals in one file (protocol-language.md 1.4). */
const maxConditionDepth = 32;

/** A conditional whose `{{/if}}` has not come yet. */
interface OpenConditional {
  readonly tag: PromptTag;
  readonly branches: { condition: ParsedBranch['condition']; nodes: ParsedNode[] }[];
  hasElse: boolean;
}

/**
 * Parses one prompt file (protocol-language.md 4.2 and 4.6). Never throws; time is linear in the size of the file.
 *
 * @param name prompt name.
 * @param content text of the file, with any line ends.
 * @param prompts names of all prompts of the agent.
 * @returns the tree, and what is wrong with the file by itself as `issues`.
 */
export function parsePrompt(name: string, content: string, prompts: { has(name: string): boolean }): ParsedPrompt {
  const text = normaliseText(content);
  const issues: PromptIssue[] = [];
  const builder = new TreeBuilder(text, issues);
  scanTags(text, prompts, issues, (tag) => builder.add(tag));
  const nodes = builder.close();
  issues.sort((a, b) => a.start - b.start);
  return { name, text, nodes, includes: builder.includes, mentions: builder.mentions, issues };
}

class TreeBuilder {
  readonly includes: ParsedInclude[] = [];
  readonly mentions: PromptMention[] = [];
  readonly #text: string;
  readonly #issues: PromptIssue[];
  readonly #root: ParsedNode[] = [];
  readonly #open: OpenConditional[] = [];
  #nodes = this.#root;
  #at = 0;
  #isTooDeep = false;

  constructor(text: string, issues: PromptIssue[]) {
    this.#text = text;
    this.#issues = issues;
  }

  add(tag: PromptTag): void {
    if (tag.from > this.#at) this.#nodes.push({ kind: 'text', start: this.#at, end: tag.from });
    this.#at = tag.to;
    switch (tag.kind) {
      case 'placeholder':
        this.#nodes.push({ kind: 'placeholder', start: tag.start, end: tag.end, label: tag.name });
        this.mentions.push({ kind: 'placeholder', label: tag.name, start: tag.start, source: this.#source(tag) });
        break;
      case 'include':
        this.#addInclude({ kind: 'include', start: tag.start, end: tag.end, prompt: tag.name });
        break;
      case 'if':
        this.#openConditional(tag);
        break;
      case 'else-if':
      case 'else':
        this.#addBranch(tag);
        break;
      case 'end':
        this.#closeConditional(tag);
    }
  }

  close(): readonly ParsedNode[] {
    if (this.#at < this.#text.length) this.#nodes.push({ kind: 'text', start: this.#at, end: this.#text.length });
    // What is too deep is one mistake, however deep it goes.
    for (const { tag } of this.#open.slice(0, maxConditionDepth)) this.#report('PROMPT_IF_UNCLOSED', tag);
    return this.#root;
  }

  #addInclude(node: ParsedInclude): void {
    this.#nodes.push(node);
    this.includes.push(node);
  }

  #openConditional(tag: PromptTag): void {
    const nodes: ParsedNode[] = [];
    this.#open.push({ tag, branches: [{ condition: tag.condition, nodes }], hasElse: false });
    this.#nodes = nodes;
    this.#mention(tag);
    if (this.#open.length <= maxConditionDepth || this.#isTooDeep) return;
    this.#isTooDeep = true;
    this.#issues.push({ code: 'PROMPT_IF_DEPTH', start: tag.start, params: { max: maxConditionDepth } });
  }

  #addBranch(tag: PromptTag): void {
    const open = this.#open.at(-1);
    if (!open) {
      this.#report('PROMPT_ELSE_UNEXPECTED', tag);
      return;
    }
    if (open.hasElse) this.#report('PROMPT_ELSE_AFTER_ELSE', tag);
    const nodes: ParsedNode[] = [];
    open.branches.push({ condition: tag.condition, nodes });
    open.hasElse ||= tag.kind === 'else';
    this.#nodes = nodes;
    this.#mention(tag);
  }

  #closeConditional(tag: PromptTag): void {
    const closed = this.#open.pop();
    if (!closed) {
      this.#report('PROMPT_ENDIF_UNEXPECTED', tag);
      return;
    }
    this.#nodes = this.#open.at(-1)?.branches.at(-1)?.nodes ?? this.#root;
    this.#nodes.push({ kind: 'conditional', start: closed.tag.start, end: tag.end, branches: closed.branches });
  }

  #mention(tag: PromptTag): void {
    const { condition, start } = tag;
    if (condition && this.#open.length <= maxConditionDepth)
      this.mentions.push({ kind: 'condition', condition, label: condition.label, start });
  }

  #report(code: PromptIssue['code'], tag: PromptTag): void {
    this.#issues.push({ code, start: tag.start, params: { tag: quote(this.#source(tag)) } });
  }

  #source(tag: PromptTag): string {
    return this.#text.slice(tag.start, tag.end);
  }
}
