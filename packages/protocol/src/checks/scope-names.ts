import type { AgentModel } from './context.ts';
import type { DeclaredValue, NameScope } from './seam.ts';

type Names = ReadonlyMap<string, DeclaredValue>;

/** The names in scope at one kind of place: for mappings and values (protocol-language.md 3.1), and for settings (3.4). */
export interface PlaceNames {
  readonly values: NameScope;
  readonly settings: NameScope;
}

export interface Scopes {
  /** The agent section: no outputs of blocks, and settings from inputs and variables alone. */
  readonly agent: PlaceNames;
  /** Blocks of a handler, or of `steps`; the same object for all of them. */
  blocks(trigger: string | undefined): PlaceNames;
  /** A trigger that declares this input, for names that are not in scope. */
  triggerWith(name: string): string | undefined;
}

export function createScopes(model: Omit<AgentModel, 'scopes'>): Scopes {
  const { input, resources, variables, outputs } = model;
  const known = new Map<string | undefined, PlaceNames>();
  const triggerInputs = indexTriggers(model);
  return {
    agent: { values: scopeOf([variables, resources, input]), settings: scopeOf([variables, input]) },
    blocks(trigger) {
      const found = known.get(trigger);
      if (found) return found;
      const own = trigger === undefined ? undefined : model.triggers.get(trigger)?.input;
      const first = own ? [own, variables, outputs] : [variables, outputs];
      const names = { values: scopeOf([...first, resources, input]), settings: scopeOf([...first, input]) };
      known.set(trigger, names);
      return names;
    },
    triggerWith: (name) => triggerInputs.get(name),
  };
}

/** Names of all trigger inputs with the first trigger that has them. */
function indexTriggers({ triggers }: Pick<AgentModel, 'triggers'>): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  for (const [trigger, { input }] of triggers) {
    for (const name of input.keys()) if (!index.has(name)) index.set(name, trigger);
  }
  return index;
}

function scopeOf(layers: readonly Names[]): NameScope {
  return {
    find(name) {
      for (const layer of layers) {
        const value = layer.get(name);
        if (value) return value;
      }
      return undefined;
    },
    *names() {
      for (const layer of layers) yield* layer.keys();
    },
  };
}
