/** `base` is the subset that the oldest published clients read; `v4` is the stored, native shape (HTTP spec 4.1). */
export type WireShape = 'base' | 'v4';

/** The request header that selects the shape. */
export const wireVersionHeader = 'x-octavus-sdk-version';

/** @param header value of `X-Octavus-Sdk-Version`; absent, empty or not an integer of 4 or more means base. */
export function wireShapeOf(header: string | undefined): WireShape {
  const text = header?.trim() ?? '';
  return /^\+?\d+$/.test(text) && Number(text) >= 4 ? 'v4' : 'base';
}
