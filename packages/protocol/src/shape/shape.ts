import type { Report } from '../diagnostics/report.ts';
import type { MapNode } from '../parse/node.ts';
import type { NameKind } from './name-rules.ts';

export type AgentFormat = 'interactive' | 'worker';

/**
 * What may stand at one place of the protocol. The validator (`check-shape.ts`) and the JSON Schema for editors are both made from
 * these declarations, which follow the tables of protocol-language.md 2.
 */
export type Shape =
  | TextShape
  | NumberShape
  | { readonly kind: 'boolean' }
  | ChoiceShape
  | PatternShape
  | { readonly kind: 'anything' }
  /** Any value, in which strings at any depth may be references (3.3). */
  | { readonly kind: 'value' }
  | SettingShape
  | ListShape
  | RecordShape
  | FixedShape
  | { readonly kind: 'input-mapping' }
  | { readonly kind: 'block' }
  | { readonly kind: 'type-definition' };

/** A string; `refers` says what it names, for the reference checks. */
export interface TextShape {
  readonly kind: 'text';
  readonly maxLength?: number;
  readonly refers?: ReferenceTarget;
}

/** What a name in the protocol points at. */
export type ReferenceTarget =
  | 'prompt'
  | 'tool'
  | 'callable'
  | 'skill'
  | 'mcp-server'
  | 'on-demand-source'
  | 'worker'
  | 'reference'
  | 'resource'
  | 'response-type'
  | 'thread'
  | 'new-thread'
  | 'value'
  | 'output';

export interface NumberShape {
  readonly kind: 'number';
  readonly isInteger?: boolean;
  readonly min: number;
  readonly max?: number;
  /** The bound itself is not allowed. */
  readonly isMinExclusive?: boolean;
  readonly isMaxExclusive?: boolean;
  /** A string that is allowed as well (`off`). */
  readonly word?: string;
  /** Appended to the message when the value is above `max`. */
  readonly hintAbove?: string;
}

export interface ChoiceShape {
  readonly kind: 'choice';
  readonly values: readonly string[];
}

export interface PatternShape {
  readonly kind: 'pattern';
  readonly pattern: RegExp;
  /** Says what fits: `Expected` text of the message. */
  readonly allowed: string;
}

/** A literal, or the name of a value that is read at run time (3.4). */
export interface SettingShape {
  readonly kind: 'setting';
  readonly key: SettingKey;
  readonly literal: Shape;
}

/** The kinds of settings that accept a reference; each has its own rule for the value behind it (3.4). */
export type SettingKey =
  | 'model'
  | 'backupModel'
  | 'imageModel'
  | 'videoModel'
  | 'speechModel'
  | 'transcriptionModel'
  | 'temperature'
  | 'thinking'
  | 'speed'
  | 'maxSteps'
  | 'speechVoice'
  | 'voice'
  | 'language'
  | 'instructions';

export interface ListShape {
  readonly kind: 'list';
  readonly of: Shape;
  readonly max?: number;
  /** A bare value counts as a list of one. */
  readonly allowsOne?: boolean;
  /** The items are names: the same one twice is a warning. */
  readonly isSet?: boolean;
}

/** A mapping whose keys the author chooses. */
export interface RecordShape {
  readonly kind: 'record';
  readonly names?: NameKind;
  readonly of: Shape;
  readonly max?: number;
}

/** A mapping with fixed keys. */
export interface FixedShape {
  readonly kind: 'fixed';
  readonly fields: Fields;
  /** What to say about wrong keys that people are known to write. */
  readonly hints?: Readonly<Record<string, string>>;
  /** It has `display` and `title`; this is the mode without `display`, `undefined` when another place decides. */
  readonly presentation?: { readonly defaultDisplay: DisplayModeName | undefined };
}

export type DisplayModeName = 'hidden' | 'name' | 'description' | 'stream' | 'title';

export type Fields = Readonly<Record<string, Field>>;

export interface Field {
  readonly shape: Shape;
  /** One sentence for editors. */
  readonly doc: string;
  /** `true`, or the one format in which the key must be there. */
  readonly required?: true | AgentFormat;
  /** The only format that has the key. */
  readonly only?: AgentFormat;
  /** Reports a missing required key in other words than `PROTO_MISSING_KEY`. */
  readonly reportMissing?: (map: MapNode, report: Report) => void;
  /** Null is a value here, not an absent key. */
  readonly allowsNull?: boolean;
  readonly isDeprecated?: boolean;
}

export const displayModes = ['hidden', 'name', 'description', 'stream', 'title'] as const;

export const text = (refers?: ReferenceTarget): TextShape => ({ kind: 'text', refers });
export const boolean: Shape = { kind: 'boolean' };
export const anything: Shape = { kind: 'anything' };
export const value: Shape = { kind: 'value' };
export const choice = (...values: readonly string[]): ChoiceShape => ({ kind: 'choice', values });
export const integer = (min: number, max?: number): NumberShape => ({ kind: 'number', isInteger: true, min, max });
export const names = (refers: ReferenceTarget): ListShape => ({ kind: 'list', of: text(refers), isSet: true });
export const setting = (key: SettingKey, literal: Shape = text()): SettingShape => ({ kind: 'setting', key, literal });
export const fixed = (fields: Fields, more?: Omit<FixedShape, 'kind' | 'fields'>): FixedShape => ({
  kind: 'fixed',
  fields,
  ...more,
});
