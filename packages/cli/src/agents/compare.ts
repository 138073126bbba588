import { type AgentPayload, writeAgentFiles } from '@octavus/protocol';

/** One file that differs between two definitions of an agent. */
export interface FileChange {
  /** Below the agent's folder, such as `prompts/system.md`. */
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** Empty when the file is added. */
  readonly before: string;
  /** Empty when the file is removed. */
  readonly after: string;
}

/**
 * What has to change to make one definition of an agent from another. Formatting of `settings.json` and of a reference's front matter is
 * no part of a definition.
 *
 * @param before `undefined`: there is no agent yet.
 */
export function compareAgents(before: AgentPayload | undefined, after: AgentPayload): FileChange[] {
  const old = before ? writeAgentFiles(sorted(before)) : new Map<string, string>();
  const wanted = writeAgentFiles(sorted(after));
  const paths = [...new Set([...wanted.keys(), ...old.keys()])];
  return paths.flatMap((path): FileChange[] => {
    const from = old.get(path);
    const to = wanted.get(path);
    if (from === to) return [];
    const kind = from === undefined ? 'added' : to === undefined ? 'removed' : 'changed';
    return [{ path, kind, before: from ?? '', after: to ?? '' }];
  });
}

/** The order in which a server keeps prompts says nothing. */
function sorted(definition: AgentPayload): AgentPayload {
  const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);
  return {
    ...definition,
    prompts: [...definition.prompts].sort(byName),
    references: [...(definition.references ?? [])].sort(byName),
  };
}

/** One line per change: `~ prompts/system.md`. */
export function describeChanges(changes: readonly FileChange[]): string[] {
  const signs = { added: '+', changed: '~', removed: '-' } as const;
  return changes.map(({ kind, path }) => `${signs[kind]} ${path}`);
}
