import type { ModelUsage } from '../language-model/stream.ts';

/** A file in memory. */
export interface MediaFile {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface ImageRequest {
  readonly prompt: string;
  /** `W:H`, one of those the model has. */
  readonly aspectRatio: string;
  /** Models without the setting ignore it. */
  readonly resolution?: '1K' | '2K' | '4K';
  /** Images to edit or use; a model that cannot use any refuses them. */
  readonly referenceImages: readonly MediaFile[];
}

export interface VideoRequest {
  readonly prompt: string;
  readonly aspectRatio: '16:9' | '9:16';
  readonly durationSeconds?: number;
  readonly generateAudio: boolean;
  /** The first frame. */
  readonly image?: MediaFile;
}

export type AudioFormat = 'mp3' | 'opus' | 'aac' | 'flac' | 'wav';

export interface SpeechRequest {
  readonly text: string;
  /** Absent: the provider's default. */
  readonly voice?: string;
  /** A wish: the result says what came. */
  readonly format: AudioFormat;
  /** How to speak, where the model can be told. */
  readonly instructions?: string;
  /** ISO 639-1 */
  readonly language?: string;
  /** 0.25 to 4, 1 is normal. */
  readonly speed?: number;
}

export interface TranscriptionRequest {
  /** Sound, or a film with sound. */
  readonly audio: MediaFile;
  /** ISO 639-1; absent: the model finds out. */
  readonly language?: string;
  /** Segments are wanted; a model that cannot tell times gives none. */
  readonly hasTimestamps: boolean;
}

/** What an image, video or speech model made. */
export interface GeneratedMedia {
  /** `mediaType` is what the bytes are, whatever was asked for. */
  readonly file: MediaFile;
  readonly usage?: ModelUsage;
}

export interface Transcript {
  readonly text: string;
  readonly segments: readonly TranscriptSegment[];
  readonly usage?: ModelUsage;
}

/** Times in seconds from the start. */
export interface TranscriptSegment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}
