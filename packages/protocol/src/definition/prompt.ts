/** A prompt with its includes in place: rendering is one walk (protocol-language.md 4). */
export type PromptTemplate = readonly PromptNode[];

export type PromptNode =
  | { readonly kind: 'text'; readonly text: string }
  /** `source` is the placeholder as written, kept when the label has no value. */
  | { readonly kind: 'placeholder'; readonly label: string; readonly source: string }
  /** The first branch whose condition holds; a branch without condition is the `else`. */
  | { readonly kind: 'conditional'; readonly branches: readonly PromptBranch[] }
  /** An included file: its rendered text loses one trailing line feed (4.6). */
  | { readonly kind: 'include'; readonly name: string; readonly template: PromptTemplate };

export interface PromptBranch {
  readonly condition: PromptCondition | undefined;
  readonly template: PromptTemplate;
}

export type PromptCondition =
  | { readonly kind: 'truthy'; readonly label: string; readonly isNegated: boolean }
  | { readonly kind: 'equals'; readonly label: string; readonly literal: string; readonly isNegated: boolean };
