import type { AgentFiles } from '@octavus/console-api';
import { agentLimits, slugPattern } from '@octavus/core';

type Settings = AgentFiles['settings'];

/** What is wrong with the settings, field by field, and what would be right. */
export function settingsProblems({ name, slug, description = '' }: Settings): Partial<Record<keyof Settings, string>> {
  const { nameLength, slugLength, descriptionLength } = agentLimits;
  return {
    ...(name.trim() === '' && { name: 'Give the agent a name' }),
    ...(name.length > nameLength && { name: `Use at most ${nameLength} characters for the name` }),
    ...(!slugPattern.test(slug) && { slug: 'Give it a slug of lower-case letters, digits and single hyphens' }),
    ...(slug.length > slugLength && { slug: `Use at most ${slugLength} characters for the slug` }),
    ...(description.length > descriptionLength && {
      description: `Use at most ${descriptionLength} characters for the description`,
    }),
  };
}

/** A slug that goes with a name. */
export function slugOf(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, agentLimits.slugLength)
    .replaceAll(/^-|-$/g, '');
}
