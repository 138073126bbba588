import type { PromptCondition } from '../definition/prompt.ts';

/** One prompt file after parsing. Offsets count UTF-16 code units of `text`, the normalised content. */
export interface ParsedPrompt {
  readonly name: string;
  readonly text: string;
  readonly nodes: readonly ParsedNode[];
  /** Includes of this file in order, also those in branches that are never taken. */
  readonly includes: readonly ParsedInclude[];
  /** Every label the file reads, in order. */
  readonly mentions: readonly PromptMention[];
  /** What is wrong with the file by itself, in order. */
  readonly issues: readonly PromptIssue[];
}

export type ParsedNode = ParsedText | ParsedPlaceholder | ParsedInclude | ParsedConditional;

interface Spanned {
  readonly start: number;
  readonly end: number;
}

interface ParsedText extends Spanned {
  readonly kind: 'text';
}

interface ParsedPlaceholder extends Spanned {
  readonly kind: 'placeholder';
  readonly label: string;
}

export interface ParsedInclude extends Spanned {
  readonly kind: 'include';
  readonly prompt: string;
}

interface ParsedConditional extends Spanned {
  readonly kind: 'conditional';
  readonly branches: readonly ParsedBranch[];
}

export interface ParsedBranch {
  /** Absent for `{{else}}`, and for a malformed condition, which is an issue of the file. */
  readonly condition: PromptCondition | undefined;
  readonly nodes: readonly ParsedNode[];
}

/** A place that reads a label: a placeholder, or the condition of a tag. */
export type PromptMention =
  | { readonly kind: 'placeholder'; readonly label: string; readonly start: number; readonly source: string }
  | { readonly kind: 'condition'; readonly condition: PromptCondition; readonly label: string; readonly start: number };

export type PromptSyntaxCode =
  | 'PROMPT_INCLUDE_SYNTAX'
  | 'PROMPT_TAG_UNKNOWN'
  | 'PROMPT_CONDITION_SYNTAX'
  | 'PROMPT_IF_UNCLOSED'
  | 'PROMPT_ENDIF_UNEXPECTED'
  | 'PROMPT_ELSE_UNEXPECTED'
  | 'PROMPT_ELSE_AFTER_ELSE'
  | 'PROMPT_IF_DEPTH'
  | 'PROMPT_PLACEHOLDER_SYNTAX'
  | 'PROMPT_TAG_SPACING';

export interface PromptIssue {
  readonly code: PromptSyntaxCode;
  readonly start: number;
  readonly params: Readonly<Record<string, string | number>>;
}
