import type { BlockSpec } from '../blocks/spec.ts';
import type { CompiledType } from '../definition/types.ts';
import type { Report } from '../diagnostics/report.ts';
import type { MapNode } from '../parse/node.ts';
import type { AgentFormat } from '../shape/shape.ts';
import type { Scopes } from './scope-names.ts';
import type { DeclaredValue, NameScope, TypeTable } from './seam.ts';

/** An agent after its shape check: everything it declares, by name, and where its blocks and scopes are. */
export interface AgentModel {
  readonly slug: string | undefined;
  readonly format: AgentFormat;
  /** The sections without their malformed parts. */
  readonly sections: MapNode;
  /** Paths of nodes that hold something malformed: nothing more is said about them. */
  readonly unsound: ReadonlySet<string>;
  readonly input: ReadonlyMap<string, DeclaredValue>;
  readonly resources: ReadonlyMap<string, DeclaredValue>;
  readonly variables: ReadonlyMap<string, DeclaredValue>;
  /** Undeclared names that blocks write (3.7). */
  readonly outputs: ReadonlyMap<string, DeclaredValue>;
  readonly triggers: ReadonlyMap<string, TriggerModel>;
  /** Where each value is declared. */
  readonly declarations: ReadonlyMap<DeclaredValue, MapNode>;
  readonly types: TypeTable;
  readonly tools: ReadonlyMap<string, ToolModel>;
  readonly prompts: ReadonlySet<string>;
  readonly references: ReadonlySet<string>;
  /** Providers that model ids may name. */
  readonly providers: ReadonlySet<string>;
  /** Blocks of known kinds in document order, without those of handlers that have no trigger. */
  readonly blocks: readonly BlockSite[];
  readonly scopes: Scopes;
  readonly usage: Usage;
}

export interface TriggerModel {
  readonly node: MapNode;
  readonly input: ReadonlyMap<string, DeclaredValue>;
}

export interface ToolModel {
  readonly node: MapNode;
  readonly parameters: ReadonlyMap<string, ParameterModel>;
}

export interface ParameterModel {
  readonly node: MapNode;
  readonly type: CompiledType | undefined;
  readonly isOptional: boolean;
}

/** A block and where it stands. */
export interface BlockSite {
  readonly name: string;
  /** Position in its handler, from 0. */
  readonly index: number;
  /** `undefined` in `steps`. */
  readonly trigger: string | undefined;
  readonly spec: BlockSpec;
  readonly node: MapNode;
}

/** What the rules of one block kind get. */
export interface BlockChecks {
  readonly agent: AgentModel;
  readonly site: BlockSite;
  /** Names that mappings, values and files may refer to. */
  readonly scope: NameScope;
  readonly report: Report;
}

/** What was referred to while references were checked; what is left over is unused (stage 7). */
export interface Usage {
  readonly read: Set<DeclaredValue>;
  /** Names that some block writes. */
  readonly written: Set<string>;
  readonly tools: Set<string>;
  readonly skills: Set<string>;
  readonly mcpServers: Set<string>;
  readonly onDemandSources: Set<string>;
  readonly workers: Set<string>;
  readonly references: Set<string>;
  readonly threads: Set<string>;
  onDemandSkills: boolean;
}

/** A place where names are looked up: the agent section or a block. */
export interface LookupPlace {
  readonly agent: AgentModel;
  readonly report: Report;
  /** Names for mappings and values (3.1). */
  readonly values: NameScope;
  /** Names for settings (3.4). */
  readonly settings: NameScope;
  /** `{place}` of `PROTO_REF_TRIGGER_INPUT`. */
  readonly description: 'the agent' | 'this handler';
  readonly site: BlockSite | undefined;
}
