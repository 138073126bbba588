import type { ToolResult } from '@octavus/core';
import { previewCharacters, previewEndCharacters, previewStartCharacters, shrinkFloorBytes } from '../constants.ts';

/** One result that was too big to send whole. */
export interface ToolResultTruncation {
  toolCallId: string;
  toolName?: string;
  originalBytes: number;
  keptBytes: number;
  /** The result was for a variable, which gets none: half a value would be a wrong one. */
  variableCapture: boolean;
}

export interface EnforceToolResultsSizeResult {
  results: ToolResult[] | undefined;
  truncations: ToolResultTruncation[];
  /** Still too big although nothing more can be cut. */
  overflow: boolean;
}

/**
 * Cuts the biggest results until all of them fit; the given ones stay as they are.
 *
 * A cut result becomes a note with its start and its end; one that was meant for a variable becomes an error.
 *
 * @param maxBytes largest JSON of the whole array, in bytes of UTF-8.
 */
export function enforceToolResultsSize(
  results: ToolResult[] | undefined,
  maxBytes: number,
): EnforceToolResultsSizeResult {
  const truncations: ToolResultTruncation[] = [];
  if (!results || results.length === 0 || sizeOf(results) <= maxBytes) return { results, truncations, overflow: false };
  const kept = [...results];
  for (let round = 0; round < kept.length && sizeOf(kept) > maxBytes; round += 1) {
    const index = indexOfLongest(kept);
    const result = kept[index];
    if (!result || byteLength(contentOf(result)) <= shrinkFloorBytes) break;
    const cut = cutResult(result);
    kept[index] = cut;
    truncations.push({
      toolCallId: result.toolCallId,
      toolName: result.toolName,
      originalBytes: byteLength(contentOf(result)),
      keptBytes: byteLength(contentOf(cut)),
      variableCapture: isForVariable(result),
    });
  }
  return { results: kept, truncations, overflow: sizeOf(kept) > maxBytes };
}

function cutResult(result: ToolResult): ToolResult {
  const content = contentOf(result);
  const size = byteLength(content);
  if (isForVariable(result)) {
    const { result: _dropped, ...rest } = result;
    const error = `The result of ${size} bytes is too big for the variable ${result.outputVariable}. Return less, or a link to a file.`;
    return { ...rest, error };
  }
  const note = `The result of ${size} bytes is too big and was cut. Ask the tool for less: a filter, a page, fewer fields.`;
  const text = `${note}\n\n${preview(content)}`;
  return result.result === undefined ? { ...result, error: text } : { ...result, result: text };
}

function preview(content: string): string {
  if (content.length <= previewCharacters) return content;
  const removed = content.length - previewStartCharacters - previewEndCharacters;
  const marker = `\n… ${removed} characters removed …\n`;
  return `${content.slice(0, previewStartCharacters)}${marker}${content.slice(-previewEndCharacters)}`;
}

function isForVariable(result: ToolResult): boolean {
  return result.outputVariable !== undefined && result.result !== undefined;
}

function indexOfLongest(results: readonly ToolResult[]): number {
  const lengths = results.map((result) => contentOf(result).length);
  return lengths.indexOf(Math.max(...lengths));
}

function contentOf({ result, error }: ToolResult): string {
  return result === undefined ? (error ?? '') : JSON.stringify(result);
}

const utf8 = new TextEncoder();

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return utf8.encode(text).length;
}

function sizeOf(results: readonly ToolResult[]): number {
  return byteLength(JSON.stringify(results));
}
