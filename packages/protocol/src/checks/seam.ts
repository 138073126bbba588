import type { JsonValue } from '@octavus/core';
import type { CompiledType } from '../definition/types.ts';
import type { Place, Report } from '../diagnostics/report.ts';
import type { MapNode, YamlNode } from '../parse/node.ts';

/** A name that mappings, values and settings may refer to, with what is statically known about its value. */
export interface DeclaredValue {
  readonly name: string;
  /** `output`: an undeclared name that a block writes (protocol-language.md 3.7). */
  readonly section: 'input' | 'resources' | 'variables' | 'trigger' | 'output';
  /** `undefined` when the declaration is malformed: nothing is said about it then. */
  readonly type: CompiledType | undefined;
  readonly enum: readonly string[] | undefined;
  /** The caller may leave it out; true also when there is a default. */
  readonly isOptional: boolean;
  readonly default: JsonValue | undefined;
}

/** The names in scope at one place (3.1), the hiding ones first. */
export interface NameScope {
  find(name: string): DeclaredValue | undefined;
  /** For suggestions, in declaration order. */
  names(): Iterable<string>;
}

/** The `types` section after its check. */
export interface TypeTable {
  /** Every declared name, malformed ones included, in order. */
  readonly names: ReadonlySet<string>;
  /** `undefined` for a name that is undeclared, or declared but malformed. */
  find(name: string): CompiledType | undefined;
  /**
   * Checks and compiles a type expression such as `Room[]` outside the section (64 to 66).
   * @returns `undefined` when it is wrong (reported) or names a malformed type (not reported again).
   */
  resolve(expression: YamlNode, report: Report): CompiledType | undefined;
  /** Declared names that nothing outside the section reaches through `resolve` or `use`. */
  unused(): Iterable<string>;
  /** Marks a name as used without an expression (`responseType`). */
  use(name: string): void;
}

/**
 * `src/types/check.ts`: diagnostics 64 to 66 and 70 to 92 of the section; shape and names are checked before.
 * @param unsound paths of nodes that hold something malformed: nothing more is said there.
 */
export type CheckTypes = (section: MapNode | undefined, report: Report, unsound: ReadonlySet<string>) => TypeTable;

/**
 * `src/types/check-declaration.ts`: type, `enum` and `default` of one declaration or tool parameter (64 to 75).
 * @param kind `input` also for trigger inputs; `parameter` has no default.
 */
export type CheckDeclaration = (
  declaration: MapNode,
  context: {
    readonly name: string;
    readonly kind: 'input' | 'resource' | 'variable' | 'parameter';
    readonly types: TypeTable;
  },
  report: Report,
) => Pick<DeclaredValue, 'type' | 'enum' | 'isOptional' | 'default'>;

/** One place that renders a prompt: `agent.system`, `start-thread.system` or `add-message.prompt`. */
export interface PromptUseSite {
  /** Path of the prompt reference, `{use}` of the messages: `agent.system`. */
  readonly use: string;
  readonly prompt: string;
  /** Label → source and the entry of the mapping that lists it. */
  readonly labels: ReadonlyMap<string, { readonly source: string; readonly place: Place }>;
  readonly scope: NameScope;
}
