/** One line of an announcement. */
export interface Announced {
  /** Reference name, skill slug or namespace. */
  readonly name: string;
  readonly description: string;
}

/** What a scope offers that the model must be told about, in list order. */
export interface Announcements {
  readonly references?: readonly Announced[];
  readonly skills?: readonly Announced[];
  /** A skill of the scope runs in the sandbox that its turn shares: code and files can be used freely. */
  readonly hasSharedSandbox?: boolean;
  /** A skill of the scope runs on the device. */
  readonly hasDeviceSkill?: boolean;
  /** Lazy integrations that are not connected yet. */
  readonly integrations?: readonly Announced[];
}

/**
 * The system text for the model: the rendered prompt, then one block for each kind of thing it can open, run or connect
 * (protocol-language.md 8.2).
 *
 * @param system the rendered prompt; absent or empty when there is none.
 * @returns the parts separated by one empty line; an empty string when there is nothing to say.
 */
export function withAnnouncements(system: string | undefined, announcements: Announcements): string {
  const blocks = [
    block(
      'references',
      announcements.references,
      'Documents you can open with octavus_reference_read when they are relevant:',
    ),
    block('skills', announcements.skills, skillsIntro, ...skillsOutro(announcements)),
    block('integrations', announcements.integrations, integrationsIntro),
  ];
  return [system, ...blocks].filter(Boolean).join('\n\n');
}

const skillsIntro =
  'Skills bundle instructions and scripts for a task. Before using one, read it with octavus_skill_read.';
const integrationsIntro =
  'Integrations that are not connected yet. Call octavus_mcp_activate with the name to load its tools.';

function skillsOutro({ hasSharedSandbox, hasDeviceSkill }: Announcements): readonly string[] {
  return [
    'Scripts: octavus_skill_list, octavus_skill_run.',
    ...(hasSharedSandbox ? [freeCode] : []),
    ...(hasDeviceSkill ? ['Skills on the device need octavus_skill_setup once.'] : []),
  ];
}

const freeCode =
  'Free code and files: octavus_code_run, octavus_file_write, octavus_file_read. Save results under /output/.';

function block(tag: string, entries: readonly Announced[] = [], intro: string, ...outro: string[]): string | undefined {
  if (entries.length === 0) return undefined;
  const lines = entries.map(({ name, description }) => `- ${name}: ${description.replace(/\r\n?|\n/g, ' ')}`);
  return [`<${tag}>`, intro, ...lines, ...outro, `</${tag}>`].join('\n');
}
