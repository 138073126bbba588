import { type FileReference, isFileReferenceArray } from '@octavus/core';
import type { UserMessageInput } from './chat-options.ts';
import type { UserMessage } from './user-message.ts';

type Files = FileList | readonly (File | Blob)[];
type Input = Record<string, unknown> | undefined;
type Upload = (files: Files) => Promise<readonly FileReference[]>;

/** A message and an input whose files are references. */
export interface Resolved {
  readonly input: Input;
  readonly userMessage: UserMessage | undefined;
}

/** Which files a `send` must upload first. */
export interface Attachments {
  /** The result, when there is nothing to upload. */
  readonly resolved: Resolved | undefined;
  resolve(upload: Upload): Promise<Resolved>;
}

/**
 * Finds the files in `userMessage.files` and in `input.FILES`, and shares them: files of the message also stand for those of
 * the input, and files of the input are shown in the message (SDK spec part 2, section 2.3).
 */
export function findAttachments(input: Input, message: UserMessageInput | undefined): Attachments {
  const inMessage = message?.files;
  const inInput = input?.FILES;
  const mustUploadMessage = inMessage !== undefined && !isFileReferenceArray(inMessage);
  const mustUploadInput = isUploadable(inInput);

  const combine = (shown: readonly FileReference[], uploaded: readonly FileReference[] | undefined): Resolved => ({
    input: uploaded ? { ...input, FILES: uploaded } : input,
    userMessage: message && { ...message, files: shown.length > 0 ? shown : (uploaded ?? []) },
  });

  return {
    resolved:
      mustUploadMessage || (mustUploadInput && !inMessage?.length)
        ? undefined
        : combine((inMessage ?? []) as FileReference[], mustUploadInput ? (inMessage as FileReference[]) : undefined),
    async resolve(upload) {
      const shown = mustUploadMessage ? await upload(inMessage) : ((inMessage ?? []) as FileReference[]);
      if (!mustUploadInput) return combine(shown, undefined);
      return combine(shown, shown.length > 0 ? shown : await upload(inInput));
    },
  };
}

/** A text or any other value named `FILES` is not a set of files. */
function isUploadable(value: unknown): value is Files {
  if (Object.prototype.toString.call(value) === '[object FileList]') return true;
  return Array.isArray(value) && value.length > 0 && value.every((item) => item instanceof Blob);
}
