import { OctavusError, type TriggerRequest } from '@octavus/core';
import type { AgentDefinition, InputDeclaration } from '@octavus/protocol';
import type { ThreadMessage } from '../storage/workforce.ts';

/** What a message to a thread fires. */
export type ThreadTrigger = Pick<TriggerRequest, 'triggerName' | 'input'>;

const usual = { trigger: 'user-message', message: 'USER_MESSAGE', files: 'FILES' } as const;

/**
 * The trigger of a message (http-api.md 11): `user-message`, or the only one that asks for exactly one text.
 *
 * @throws OctavusError VALIDATION_ERROR when the agent has no such trigger.
 */
export function toThreadTrigger(definition: AgentDefinition, { message, files }: ThreadMessage): ThreadTrigger {
  const { triggerName, inputName } = findTrigger(definition);
  const filesInput = definition.triggers.get(triggerName)?.input.get(usual.files);
  const passesFiles = filesInput && (files.length > 0 || !filesInput.isOptional);
  return { triggerName, input: { [inputName]: message, ...(passesFiles && { [usual.files]: [...files] }) } };
}

function findTrigger({ triggers }: AgentDefinition): { readonly triggerName: string; readonly inputName: string } {
  if (triggers.has(usual.trigger)) return { triggerName: usual.trigger, inputName: usual.message };
  const suited = [...triggers.values()].flatMap(({ name, input }) => {
    const required = [...input.values()].filter(({ isOptional }) => !isOptional);
    const [only] = required;
    return only && required.length === 1 && isText(only) ? [{ triggerName: name, inputName: only.name }] : [];
  });
  const [first] = suited;
  if (first && suited.length === 1) return first;
  const message = `This agent takes no messages: it needs a trigger "${usual.trigger}", or exactly one that asks for one string`;
  throw new OctavusError('VALIDATION_ERROR', {}, { message });
}

function isText({ type }: InputDeclaration): boolean {
  return type.kind === 'string';
}
