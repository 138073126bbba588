import type { ProviderFailure } from '@octavus/core';

/** A refusal that is about the size or the number of images. */
export const imagePattern =
  /\bimages?\b.{0,120}\b(?:exceed\w*|too (?:large|big|many|small)|dimensions?|at most|max(?:imum)?|limit|size)\b|\b(?:too many|maximum (?:number )?of) images?\b/i;
const countPattern =
  /\btoo many images?\b|\b(?:number|maximum|max|limit|at most|up to|count)\b.{0,40}\bimages?\b.{0,60}|\bimages?\b.{0,40}\b(?:count|number)\b/i;
const dimensionPattern =
  /dimension|pixel|\bpx\b|width|height|resolution|too (?:large|big|small)|\bbytes?\b|\b[kmg]i?b\b|size/i;
const pixelLimit = /(\d{3,5})\s*(?:x\s*\d{3,5}\s*)?(?:px\b|pixels?)/i;
const countLimit =
  /(?:at most|maximum(?: number)?(?: of)?|max(?: of)?|limit(?: of| is)?|up to|allowed)\D{0,20}(\d{1,4})\b/i;

/**
 * What a provider says of the images it refused.
 *
 * @returns `undefined` when it is not about images; `limit` in pixels or images, where the text has it.
 */
export function readImageRefusal(message: string): ProviderFailure['images'] {
  if (!imagePattern.test(message)) return undefined;
  const isCount = countPattern.test(message) && !dimensionPattern.test(message);
  const [, limit] = (isCount ? countLimit : pixelLimit).exec(message) ?? [];
  return { constraint: isCount ? 'count' : 'dimensions', ...(limit !== undefined && { limit: Number(limit) }) };
}
