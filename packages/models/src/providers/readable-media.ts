import type { ModelMedia } from '@octavus/core';

/** The same lists for every call: who converts messages for one keeps what it made. */
export const imagesOnly: readonly ModelMedia[] = ['image'];
export const imagesAndPdf: readonly ModelMedia[] = ['image', 'pdf'];
/** Gemini watches videos, too (runtime-semantics.md 6.2). */
export const imagesPdfAndVideo: readonly ModelMedia[] = ['image', 'pdf', 'video'];
