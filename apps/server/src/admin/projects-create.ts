import { agentLimits, OctavusError, slugPattern } from '@octavus/core';
import { type Command, requireOption, UsageError, withStorage } from './command.ts';

export const projectsCreate: Command = {
  usage: 'SLUG --name NAME',
  summary: 'Create a project: agents, sessions and keys of one are invisible to the others',
  options: { name: { type: 'string' } },
  positionals: ['SLUG'],
  run: async (args, context) => {
    const [slug = ''] = args.positionals;
    if (!slugPattern.test(slug) || slug.length > agentLimits.slugLength) {
      throw new UsageError(
        `The slug is "${slug}": expected lower-case letters, digits and single hyphens, at most ${agentLimits.slugLength}`,
      );
    }
    const project = { id: context.ids.resource(), slug, name: requireOption(args, 'name'), createdAt: context.now() };
    await withStorage(context, ({ projects }) => projects.create(project)).catch((error: unknown) => {
      if (!OctavusError.isInstance(error) || error.code !== 'CONFLICT') throw error;
      throw new UsageError(`There is a project "${slug}" already`, { cause: error });
    });
    const { id, name } = project;
    return { json: { id, slug, name }, text: `Created the project "${slug}" with the id ${id}.` };
  },
};
