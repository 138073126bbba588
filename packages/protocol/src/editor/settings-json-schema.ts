import type { JsonSchema } from '@octavus/core';
import { formats, settingRules } from '../checks/settings-file.ts';
import { namePatterns } from '../names.ts';

/** JSON Schema (draft 7) of `settings.json`, for editors. */
export function settingsJsonSchema(): JsonSchema {
  const { slug, name, description } = settingRules;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Octavus agent settings',
    type: 'object',
    properties: {
      slug: {
        type: 'string',
        pattern: namePatterns.slug.source,
        maxLength: slug.maxLength,
        description: 'Unique in the project; appears in URLs.',
      },
      name: { type: 'string', pattern: '\\S', maxLength: name.maxLength, description: 'Shown to people.' },
      description: {
        type: ['string', 'null'],
        maxLength: description.maxLength,
        description: 'What the agent is for.',
      },
      format: {
        type: 'string',
        enum: [...formats],
        description: '`interactive`: a conversation. `worker`: a task with a result. Fixed after creation.',
      },
    },
    required: Object.entries(settingRules).flatMap(([key, { isRequired }]) => (isRequired ? [key] : [])),
  };
}
