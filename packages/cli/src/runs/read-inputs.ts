import { resolve } from 'node:path';
import type { InputDeclaration } from '@octavus/protocol';
import { FileFailure, UsageFailure } from '../failures.ts';
import { readJson } from '../files/read-files.ts';

type Declarations = ReadonlyMap<string, InputDeclaration>;

/** Where inputs may go: into the session when it opens, into the trigger when it is fired. */
export interface InputTargets {
  readonly session: Declarations;
  readonly trigger: Declarations;
}

export interface SplitInputs {
  readonly session: Record<string, unknown>;
  readonly trigger: Record<string, unknown>;
}

/**
 * Reads `--input` options: `NAME=value`, or `@file.json` with an object. A value is text where the agent declares text, else JSON where it
 * can be read as such. A name goes to whatever declares it: the trigger, the session, or both.
 *
 * @throws UsageFailure for a name that nothing declares; FileFailure for a file that holds no object.
 */
export function readInputs(options: readonly string[], targets: InputTargets, cwd: string): SplitInputs {
  const split: SplitInputs = { session: {}, trigger: {} };
  for (const [name, value] of options.flatMap((option) => readOption(option, cwd))) {
    const places = (['session', 'trigger'] as const).filter((place) => targets[place].has(name));
    if (places.length === 0) throw unknownName(name, targets);
    for (const place of places) split[place][name] = toValue(value, targets[place].get(name)!);
  }
  return split;
}

/** For an option that may be repeated. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** Text of the command line, or a value of a file. */
type Given = { readonly text: string } | { readonly value: unknown };

function readOption(option: string, cwd: string): [string, Given][] {
  if (option.startsWith('@')) {
    return Object.entries(readObject(resolve(cwd, option.slice(1)))).map(([name, value]) => [name, { value }]);
  }
  const at = option.indexOf('=');
  if (at <= 0) throw new UsageFailure(`--input ${option}: expected NAME=value or @file.json`);
  return [[option.slice(0, at), { text: option.slice(at + 1) }]];
}

function readObject(path: string): object {
  const value = readJson(path);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new FileFailure('Expected a JSON object of inputs', path);
}

function toValue(given: Given, { type }: InputDeclaration): unknown {
  if ('value' in given) return given.value;
  if (type.kind === 'string') return given.text;
  try {
    return JSON.parse(given.text);
  } catch {
    return given.text;
  }
}

function unknownName(name: string, { session, trigger }: InputTargets): UsageFailure {
  const known = [...new Set([...trigger.keys(), ...session.keys()])];
  const list = known.length > 0 ? `it has: ${known.join(', ')}` : 'it has none';
  return new UsageFailure(`the agent has no input "${name}"; ${list}`);
}
