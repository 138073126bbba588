import type { JsonObject } from '@octavus/core';
import type { AgentDefinition, Announced, SkillInScope } from '@octavus/protocol';
import type { ThreadSettings } from '../state/thread-settings.ts';
import { labelOf, type PresentedCall, type ServerResult } from './offered-tool.ts';

/** The skills of a scope in list order (protocol-language.md 2.6). */
export function findSkills(
  definition: AgentDefinition,
  { skills }: Pick<ThreadSettings, 'skills'>,
): readonly SkillInScope[] {
  return skills.flatMap((slug) => {
    const skill = definition.skills.get(slug);
    return skill ? [{ slug, execution: skill.execution, hasSecrets: false }] : [];
  });
}

/** What the model is told of them (8.2). */
export function announceSkills(definition: AgentDefinition, skills: readonly SkillInScope[]) {
  return {
    skills: skills.map(({ slug }): Announced => ({ name: slug, description: describe(definition, slug) })),
    hasSharedSandbox: skills.some(({ execution, hasSecrets }) => execution === 'sandbox' && !hasSecrets),
    hasDeviceSkill: skills.some(({ execution }) => execution === 'device'),
  };
}

/** A call of a skill's tool shows itself as its skill says (8.1). */
export function presentSkillCall(definition: AgentDefinition, { skill: slug }: JsonObject): PresentedCall {
  const skill = typeof slug === 'string' ? definition.skills.get(slug) : undefined;
  if (!skill) return { display: 'description', label: undefined };
  const { display, title } = skill;
  return { display, label: labelOf(display, { name: String(slug), title, description: skill.description }) };
}

/** Scripts and files need a place to run, which this server does not have (runtime-semantics.md 6.3). */
export function refuseSkillCall(definition: AgentDefinition, { skill: slug }: JsonObject): ServerResult {
  const skill = typeof slug === 'string' ? definition.skills.get(slug) : undefined;
  return { outcome: { error: skill?.execution === 'device' ? noDevice : noSandbox } };
}

export const noSandbox = 'This server has no sandbox: skills, code and sandbox files cannot be used here.';
export const noDevice = 'This server has no device runtime: what needs a device cannot be used here.';

function describe(definition: AgentDefinition, slug: string): string {
  return definition.skills.get(slug)?.description ?? slug;
}
