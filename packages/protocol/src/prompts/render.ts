import type { JsonValue } from '@octavus/core';
import type { PromptCondition, PromptNode, PromptTemplate } from '../definition/prompt.ts';

/** What a label stands for when it is listed and its source is an optional input that was not supplied: it reads as `NONE`. */
export const absentInput: unique symbol = Symbol('absent input');

/**
 * The value behind a label of the block that renders. `undefined` when the mapping does not list the label, and when its source is a
 * variable or resource without value: the placeholder stays as written (protocol-language.md 4.5).
 */
export type PromptLookup = (label: string) => JsonValue | typeof absentInput | undefined;

/**
 * Renders a prompt (protocol-language.md 4.4 to 4.6). Values are inserted as they are and never scanned again.
 * Time is linear in the size of the result; conditions never fail.
 */
export function renderPrompt(template: PromptTemplate, lookup: PromptLookup): string {
  const pieces: string[] = [];
  renderFile(template, lookup, pieces);
  return pieces.join('');
}

function renderFile(template: PromptTemplate, lookup: PromptLookup, pieces: string[]): void {
  const start = pieces.length;
  renderNodes(template, lookup, pieces);
  dropLastLineFeed(pieces, start);
}

function renderNodes(nodes: readonly PromptNode[], lookup: PromptLookup, pieces: string[]): void {
  for (const node of nodes) {
    switch (node.kind) {
      case 'text':
        pieces.push(node.text);
        break;
      case 'placeholder':
        pieces.push(placeholderText(lookup(node.label), node.source));
        break;
      case 'include':
        renderFile(node.template, lookup, pieces);
        break;
      case 'conditional': {
        const branch = node.branches.find(({ condition }) => condition === undefined || holds(condition, lookup));
        if (branch) renderNodes(branch.template, lookup, pieces);
      }
    }
  }
}

/** The output of a file, root or included, loses one line feed at its end (4.6). */
function dropLastLineFeed(pieces: string[], start: number): void {
  let last = pieces.length - 1;
  while (last >= start && pieces[last] === '') last--;
  // Empty pieces go, so that a file that includes many empty ones does not look at them again and again.
  pieces.length = Math.max(last + 1, start);
  const piece = last >= start ? pieces[last] : undefined;
  if (piece?.endsWith('\n')) pieces[last] = piece.slice(0, -1);
}

function placeholderText(value: ReturnType<PromptLookup>, source: string): string {
  if (value === undefined) return source;
  if (value === absentInput) return 'NONE';
  if (typeof value === 'string') return value;
  return JSON.stringify(value, null, 2);
}

function holds(condition: PromptCondition, lookup: PromptLookup): boolean {
  const value = lookup(condition.label);
  const isTrue = condition.kind === 'truthy' ? isTruthy(value) : comparable(value) === condition.literal;
  return isTrue !== condition.isNegated;
}

function isTruthy(value: ReturnType<PromptLookup>): boolean {
  if (value === undefined || value === absentInput || value === null) return false;
  return value !== false && value !== '' && value !== 'false' && value !== '0' && value !== 0;
}

/** The form `==` and `!=` compare; absent and `null` have none and equal no literal. */
function comparable(value: ReturnType<PromptLookup>): string | undefined {
  if (value === undefined || value === absentInput || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
