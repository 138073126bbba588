import { limits } from '../parse/limits.ts';
import { choice, displayModes, type Fields } from './shape.ts';

export const description = { kind: 'text', maxLength: limits.descriptionLength } as const;
export const title = { kind: 'text', maxLength: limits.titleLength } as const;

/** `display` and `title`, as tools, skills, servers, workers, provider entries and blocks have them. */
export const displayFields = {
  display: { shape: choice(...displayModes), doc: 'How it appears to the user.' },
  title: { shape: title, doc: 'Label for `display: title`.' },
} satisfies Fields;
