/** What a tool may return inline: a picture, a sound, or any other bytes. */
export type InlineMediaKind = 'image' | 'audio' | 'blob';

/** Bytes inside a tool result, as MCP servers return them. */
export interface InlineMediaPart {
  type: InlineMediaKind;
  /** Base64. */
  data: string;
  mimeType?: string;
}

/** The parts of a result, and the way back to a result of the same shape. */
export interface InlineMediaLocation {
  parts: unknown[];
  rebuild(replacements: unknown[]): unknown;
}

/** Tells a model that what a tool called an image is none. */
export const NOT_A_VALID_IMAGE_NOTE =
  'The tool called this an image, but its content is not a PNG, JPEG, GIF or WebP image. It is kept as a file behind this link and cannot be looked at.';

const kinds: ReadonlySet<unknown> = new Set(['image', 'audio', 'blob'] satisfies InlineMediaKind[]);

/** Whether a value is a part with bytes in it: a known kind, and Base64 text under `data`. */
export function isInlineMediaPart(value: unknown): value is InlineMediaPart {
  if (typeof value !== 'object' || value === null) return false;
  const { type, data } = value as Record<string, unknown>;
  return kinds.has(type) && typeof data === 'string';
}

/** The media type that the part declares, if it is one, else PNG for images and plain bytes for the rest. */
export function inlineMediaType(part: InlineMediaPart): string {
  const declared: unknown = part.mimeType;
  if (typeof declared === 'string' && declared !== '') return declared;
  return part.type === 'image' ? 'image/png' : 'application/octet-stream';
}

/**
 * Finds inline media in a tool result that is an array of parts, or an object with such an array under `content`.
 *
 * @returns `null` when no part is inline media.
 */
export function findInlineMediaParts(result: unknown): InlineMediaLocation | null {
  if (Array.isArray(result)) return located(result, (parts) => parts);
  if (typeof result !== 'object' || result === null || !('content' in result)) return null;
  if (!Array.isArray(result.content)) return null;
  return located(result.content, (content) => ({ ...result, content }));
}

function located(parts: unknown[], rebuild: InlineMediaLocation['rebuild']): InlineMediaLocation | null {
  return parts.some(isInlineMediaPart) ? { parts, rebuild } : null;
}

/** The result with every inline part replaced by what it was and how big; the same value when nothing is inline. */
export function stripInlineMediaData(result: unknown): unknown {
  const location = findInlineMediaParts(result);
  return location ? location.rebuild(location.parts.map(stripPart)) : result;
}

function stripPart(part: unknown): unknown {
  if (!isInlineMediaPart(part)) return part;
  return { type: part.type, mediaType: inlineMediaType(part), size: base64ByteLength(part.data), omitted: true };
}

/** How many bytes Base64 text stands for. */
export function base64ByteLength(data: string): number {
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  return Math.floor(((data.length - padding) * 3) / 4);
}
