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

/** Results that fit, as far as they can. */
export interface EnforceToolResultsSizeResult {
  results: ToolResult[] | undefined;
  truncations: ToolResultTruncation[];
  /** Still too big although nothing more can be cut. */
  overflow: boolean;
}

/**
 * Cuts the biggest results until all of them fit; the given ones stay as they are.
 *
 * A cut result becomes a note with its start and its end; one that was meant for a variable becomes an error. Each is cut once at
 * most, and none of 16 KiB or less.
 *
 * @param results those to send; what is no list of results is given back untouched.
 * @param maxBytes largest JSON of the whole array, in bytes of UTF-8.
 * @returns the results to send, one truncation for each that was cut, and whether they are still too big.
 */
export function enforceToolResultsSize(
  results: ToolResult[] | undefined,
  maxBytes: number,
): EnforceToolResultsSizeResult {
  const truncations: ToolResultTruncation[] = [];
  if (!isListOfResults(results)) return { results, truncations, overflow: false };
  let totalBytes = jsonBytes(results);
  if (totalBytes <= maxBytes) return { results, truncations, overflow: false };
  const kept = [...results];
  for (const { index, result, content } of longestFirst(results)) {
    const originalBytes = byteLength(content);
    if (totalBytes <= maxBytes || originalBytes <= shrinkFloorBytes) break;
    const cut = cutResult(result, content, originalBytes);
    kept[index] = cut;
    totalBytes += jsonBytes(cut) - jsonBytes(result);
    truncations.push({
      toolCallId: result.toolCallId,
      toolName: result.toolName,
      originalBytes,
      keptBytes: byteLength(contentOf(cut)),
      variableCapture: isForVariable(result),
    });
  }
  return { results: kept, truncations, overflow: totalBytes > maxBytes };
}

/** Applications pass bodies of browsers through, so that anything may be here; the server says what is wrong with it. */
function isListOfResults(results: ToolResult[] | undefined): results is ToolResult[] {
  if (!Array.isArray(results) || results.length === 0) return false;
  return results.every((result) => typeof result === 'object' && result !== null);
}

function longestFirst(results: readonly ToolResult[]): { index: number; result: ToolResult; content: string }[] {
  const entries = results.map((result, index) => ({ index, result, content: contentOf(result) }));
  return entries.sort((one, other) => other.content.length - one.content.length);
}

function cutResult(result: ToolResult, content: string, size: number): ToolResult {
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
  const start = content.slice(0, previewStartCharacters).replace(/[\uD800-\uDBFF]$/, '');
  const end = content.slice(-previewEndCharacters).replace(/^[\uDC00-\uDFFF]/, '');
  const removed = content.length - start.length - end.length;
  return `${start}\n… ${removed} characters removed …\n${end}`;
}

function isForVariable(result: ToolResult): boolean {
  return result.outputVariable !== undefined && result.result !== undefined;
}

function contentOf({ result, error }: ToolResult): string {
  const content = result === undefined ? error : JSON.stringify(result);
  return typeof content === 'string' ? content : '';
}

const utf8 = new TextEncoder();

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return utf8.encode(text).length;
}

function jsonBytes(value: unknown): number {
  return byteLength(JSON.stringify(value));
}
