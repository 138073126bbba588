import { type PromptUse, withAnnouncements } from '@octavus/protocol';
import type { Run } from '../execution/run.ts';
import type { ThreadSettings } from '../state/thread-settings.ts';
import { findIntegrations } from '../tools/integrations.ts';
import { findReferences } from '../tools/references.ts';
import { announceSkills, findSkills } from '../tools/skills.ts';
import { renderPromptUse, type ValueScope } from '../values/scope.ts';

/**
 * The system text of a thread: its rendered prompt and what the model must be told of (protocol-language.md 4.7, 8.2).
 *
 * @returns an empty string when there is nothing to say.
 */
export function renderSystem(
  run: Run,
  prompt: PromptUse | undefined,
  settings: ThreadSettings,
  scope: ValueScope,
): string {
  const text = prompt && renderPromptUse(prompt, scope);
  const { definition } = run;
  return withAnnouncements(text, {
    references: findReferences(definition, settings.references),
    ...announceSkills(definition, findSkills(definition, settings)),
    integrations: findIntegrations(definition, settings),
  });
}
