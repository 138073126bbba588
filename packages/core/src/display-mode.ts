import { z } from 'zod';

/** How much of a block, tool call or worker is announced live (stream spec, section 5). */
export const displayModes = ['hidden', 'name', 'description', 'title', 'stream'] as const;

export const displayModeSchema = z.enum(displayModes);
export type DisplayMode = z.infer<typeof displayModeSchema>;
