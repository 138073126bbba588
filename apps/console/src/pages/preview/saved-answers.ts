import { useMemo, useSyncExternalStore } from 'react';

/** An answer that stands in for a tool of an agent, as it was typed. */
export interface SavedAnswer {
  readonly toolName: string;
  readonly text: string;
}

const prefixOf = (agentId: string) => `octavus-answer ${agentId} `;
const listeners = new Set<() => void>();
let revision = 0;

/** Kept in this browser. */
export function saveAnswer(agentId: string, { toolName, text }: SavedAnswer): void {
  localStorage.setItem(prefixOf(agentId) + toolName, text);
  changed();
}

export function forgetAnswer(agentId: string, toolName: string): void {
  localStorage.removeItem(prefixOf(agentId) + toolName);
  changed();
}

/** @returns what was typed; undefined when nothing is saved for the tool. */
export function findAnswer(agentId: string, toolName: string): string | undefined {
  return localStorage.getItem(prefixOf(agentId) + toolName) ?? undefined;
}

/** What was typed, as the result of a tool: a JSON value, or else the text itself. */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** All that are saved for an agent, by the name of their tool. */
export function useSavedAnswers(agentId: string): readonly SavedAnswer[] {
  const current = useSyncExternalStore(subscribe, () => revision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision says when the storage has changed
  return useMemo(() => listAnswers(agentId), [agentId, current]);
}

function listAnswers(agentId: string): SavedAnswer[] {
  const prefix = prefixOf(agentId);
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(prefix))
    .sort()
    .map((key) => ({ toolName: key.slice(prefix.length), text: localStorage.getItem(key) ?? '' }));
}

function changed(): void {
  revision += 1;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
