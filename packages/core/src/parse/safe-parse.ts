import { z } from 'zod';
import { errorSourceSchema, errorTypeSchema } from '../events/error.ts';
import { type StreamEvent, streamEventSchema } from '../events/index.ts';
import { finishReasonSchema } from '../events/lifecycle.ts';
import { type FileReference, fileReferenceSchema } from '../messages/file-reference.ts';
import { type UIMessage, uiMessageSchema } from '../messages/ui-message.ts';
import { dropNull, parseWithRepair, type Repair } from './repair.ts';

/**
 * Checks one event of a stream.
 *
 * Unknown keys are kept, so that a relay loses nothing; `null` in an optional key means absent; a missing `input`, `output` or
 * `value` is `undefined`; error types, error sources and finish reasons of newer servers read as `unknown_error`, `platform` and
 * `other`. An unknown `type` fails.
 */
export function safeParseStreamEvent(value: unknown): z.ZodSafeParseResult<StreamEvent> {
  return parseWithRepair(streamEventSchema, value, repairEvent);
}

/** Checks one message for people; `createdAt` becomes a `Date`. `null` in an optional key means absent. */
export function safeParseUIMessage(value: unknown): z.ZodSafeParseResult<UIMessage> {
  return parseWithRepair(uiMessageSchema, value, dropNull);
}

/** As `safeParseUIMessage`, for a list. */
export function safeParseUIMessages(value: unknown): z.ZodSafeParseResult<UIMessage[]> {
  return parseWithRepair(uiMessagesSchema, value, dropNull);
}

/** Whether a value names a file: `id`, `mediaType` and `url` are texts; further keys do not matter. */
export function isFileReference(value: unknown): value is FileReference {
  return fileReferenceSchema.safeParse(value).success;
}

/** Also true of an empty array; false of a browser's `FileList`. */
export function isFileReferenceArray(value: unknown): value is FileReference[] {
  return Array.isArray(value) && value.every(isFileReference);
}

const uiMessagesSchema = z.array(uiMessageSchema);

/** Keys whose value may be anything, and which other senders leave out when it is `undefined`. */
const anyValueKeys: ReadonlySet<PropertyKey> = new Set(['input', 'output', 'value']);

/** What a value of a newer server reads as. */
const fallbacks: ReadonlyMap<PropertyKey, { isKnown: (value: unknown) => boolean; fallback: string }> = new Map([
  ['errorType', { isKnown: (value) => errorTypeSchema.safeParse(value).success, fallback: 'unknown_error' }],
  ['source', { isKnown: (value) => errorSourceSchema.safeParse(value).success, fallback: 'platform' }],
  ['finishReason', { isKnown: (value) => finishReasonSchema.safeParse(value).success, fallback: 'other' }],
]);

const repairEvent: Repair = (holder, key, path) => {
  if (dropNull(holder, key, path)) return true;
  if (path.length > 1) return false;
  if (anyValueKeys.has(key) && !Object.hasOwn(holder, key)) {
    holder[key] = undefined;
    return true;
  }
  const choice = fallbacks.get(key);
  if (!choice || typeof holder[key] !== 'string' || choice.isKnown(holder[key])) return false;
  holder[key] = choice.fallback;
  return true;
};
