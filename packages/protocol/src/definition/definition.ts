import type { JsonSchema, JsonValue } from '@octavus/core';
import type { Block } from './blocks.ts';
import type { PromptTemplate } from './prompt.ts';
import type { DisplayMode, Scope } from './settings.ts';
import type { CompiledType } from './types.ts';

/**
 * An agent version, compiled: what the engine runs. Plain data without YAML and without names that still need a search: prompts are
 * trees with their includes in place, types are expanded, every reference says where its value comes from.
 */
export interface AgentDefinition {
  readonly slug: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly format: 'interactive' | 'worker';
  /** Session or worker input, in declaration order. */
  readonly input: ReadonlyMap<string, InputDeclaration>;
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly variables: ReadonlyMap<string, VariableDeclaration>;
  readonly tools: ReadonlyMap<string, ToolDefinition>;
  readonly skills: ReadonlyMap<string, SkillUse>;
  readonly onDemandSkills: SkillUse | undefined;
  readonly mcpServers: ReadonlyMap<string, McpServerUse>;
  readonly onDemandMcpServers: ReadonlyMap<'remote', OnDemandMcpServers>;
  readonly workers: ReadonlyMap<string, WorkerUse>;
  readonly references: ReadonlyMap<string, ReferenceDocument>;
  /** The main thread of an interactive agent; absent in workers. */
  readonly agent: Scope | undefined;
  readonly triggers: ReadonlyMap<string, TriggerDefinition>;
  /** Steps of a worker, in order; empty in interactive agents. */
  readonly steps: readonly Block[];
  /** Variable that holds a worker's result. */
  readonly output: string | undefined;
  /** JSON Schema of `input` as the parameters of a tool (a worker offered to a model), protocol-language.md 5.4. */
  readonly inputSchema: JsonSchema;
}

/** A declared value: name, compiled type, and what to do when the caller leaves it out. */
export interface InputDeclaration {
  readonly name: string;
  readonly type: CompiledType;
  readonly description: string | undefined;
  /** True also when there is a default. */
  readonly isOptional: boolean;
  /** Absent key: no default. */
  readonly default: JsonValue | undefined;
  readonly enum: readonly string[] | undefined;
}

export interface VariableDeclaration {
  readonly name: string;
  readonly type: CompiledType;
  readonly default: JsonValue | undefined;
}

export interface ResourceDeclaration extends VariableDeclaration {
  readonly isReadonly: boolean;
}

export interface TriggerDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly input: ReadonlyMap<string, InputDeclaration>;
  /** The blocks of its handler, in order. */
  readonly blocks: readonly Block[];
}

/** How a tool, skill, server or worker shows itself to the user. `title` is the label of display mode `title`. */
export interface Presentation {
  readonly display: DisplayMode;
  readonly title: string | undefined;
  readonly description: string | undefined;
}

export interface ToolDefinition extends Presentation {
  readonly name: string;
  readonly description: string;
  readonly parameters: ReadonlyMap<string, ParameterDeclaration>;
  /** Arguments as a JSON Schema object, for the model. */
  readonly inputSchema: JsonSchema;
  /** The same as a compiled type, for checks. */
  readonly inputType: CompiledType;
  /** False when a parameter holds `unknown` (protocol-language.md 5.5). */
  readonly isStrictCapable: boolean;
}

export interface ParameterDeclaration {
  readonly name: string;
  readonly type: CompiledType;
  readonly description: string | undefined;
  readonly isOptional: boolean;
}

export interface SkillUse extends Presentation {
  readonly execution: 'sandbox' | 'device';
}

export interface McpServerUse extends Presentation {
  readonly namespace: string;
  readonly source: 'remote' | 'device' | 'consumer';
  readonly connection: 'eager' | 'lazy';
  readonly execution: 'sandbox' | 'device';
  /** Newest results that stay in full in the model's view; absent: all. */
  readonly retainLastResults: number | undefined;
}

export interface OnDemandMcpServers extends Presentation {
  readonly execution: 'sandbox' | 'device';
  readonly retainLastResults: number | undefined;
}

export interface WorkerUse extends Presentation {
  readonly slug: string;
  /** Worker's tool name → this protocol's tool name. */
  readonly tools: ReadonlyMap<string, string>;
}

export interface ReferenceDocument {
  readonly name: string;
  readonly description: string;
  readonly content: string;
}

/** A prompt as an agent, thread or block uses it: the template and the labels its mapping gives it. */
export interface PromptUse {
  readonly name: string;
  readonly template: PromptTemplate;
  /** Label → name in scope. Names not listed here are invisible to the template. */
  readonly labels: ReadonlyMap<string, string>;
}

/** What a client posts: the raw files of an agent (protocol-language.md 1.1). */
export interface AgentPayload {
  readonly settings: AgentSettings;
  readonly protocol: string;
  readonly prompts: readonly { readonly name: string; readonly content: string }[];
  readonly references?: readonly ReferenceDocument[];
}

export interface AgentSettings {
  readonly slug: string;
  readonly name: string;
  readonly description?: string;
  readonly format: 'interactive' | 'worker';
}
