import type { AgentDefinition, InputDeclaration, TriggerDefinition } from '@octavus/protocol';
import { UsageFailure } from '../failures.ts';

/**
 * The trigger that a run fires.
 *
 * @param name of `--trigger`; absent: `user-message`, else the only one.
 * @throws UsageFailure when there is none of that name, or several to choose from.
 */
export function findTrigger({ triggers, slug }: AgentDefinition, name: string | undefined): TriggerDefinition {
  const [first, ...others] = [...triggers.values()];
  const found =
    name === undefined
      ? (triggers.get('user-message') ?? (others.length === 0 ? first : undefined))
      : triggers.get(name);
  if (found) return found;
  const known = [...triggers.keys()].join(', ') || 'none';
  if (name === undefined && first) throw new UsageFailure(`choose a trigger of ${slug} with --trigger: ${known}`);
  throw new UsageFailure(
    name === undefined ? `${slug} has no triggers` : `${slug} has no trigger "${name}"; it has: ${known}`,
  );
}

/** A trigger that takes what a person writes. */
export interface ChatTrigger {
  readonly name: string;
  /** The input that takes the text. */
  readonly textInput: string;
  /** The input that takes files, if there is one. */
  readonly fileInput: string | undefined;
}

/**
 * The trigger of a chat: `user-message`, else the only one whose only required input is a text (http-api.md 11).
 *
 * @throws UsageFailure when the agent has no such trigger.
 */
export function findChatTrigger(definition: AgentDefinition): ChatTrigger {
  const fitting = [...definition.triggers.values()].flatMap((trigger) => toChatTrigger(trigger) ?? []);
  const found = fitting.find(({ name }) => name === 'user-message') ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (found) return found;
  throw new UsageFailure(
    `${definition.slug} cannot chat: it needs a trigger user-message, or exactly one that takes a text; try octavus run`,
  );
}

function toChatTrigger({ name, input }: TriggerDefinition): ChatTrigger | undefined {
  const all = [...input.values()];
  const required = all.filter(({ isOptional }) => !isOptional);
  const text = input.get('USER_MESSAGE') ?? (required.length === 1 ? required[0] : undefined);
  if (text?.type.kind !== 'string' || required.some(({ name: other }) => other !== text.name)) return undefined;
  return { name, textInput: text.name, fileInput: all.find(takesFiles)?.name };
}

function takesFiles({ type }: InputDeclaration): boolean {
  return type.kind === 'array' && type.items.kind === 'file';
}
