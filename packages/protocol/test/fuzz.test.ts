import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AgentFiles, validateAgentFiles } from '../src/index.ts';
import { agentSlugs, fixtures } from './fixtures.ts';

/** How many mutants are tried; CONTRIBUTING.md says how to run for longer. */
const numRuns = Number(process.env.OCTAVUS_FUZZ_RUNS ?? 500);

/** Every agent of the examples as the bytes of its files. */
const corpus: AgentFiles[] = agentSlugs.map((slug) => {
  const folder = join(fixtures, 'agents', slug);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.\w+$/.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path))]));
});

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const edit = fc.record({
  file: position,
  at: position,
  removed: fc.nat(40),
  /** Bytes of its own, or a piece of another file of the corpus. */
  inserted: fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.record({ file: position, at: position, length: fc.nat(80) })),
});

test('agents whose bytes were changed are diagnosed, never thrown', { timeout: 0 }, () => {
  const mutant = fc.record({
    agent: fc.constantFrom(...corpus),
    edits: fc.array(edit, { minLength: 1, maxLength: 6 }),
  });
  fc.assert(
    fc.property(mutant, ({ agent, edits }) => {
      const files = edits.reduce(applyEdit, agent);
      const { valid, errors, warnings, definition } = validateAgentFiles(files);
      expect(valid).toBe(errors.length === 0);
      expect(definition !== undefined).toBe(valid);
      for (const { path, message, line = 1, column = 1 } of [...errors, ...warnings]) {
        expect(path).not.toBe('');
        expect(message.length).toBeLessThan(2_000);
        expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns },
  );
});

type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

function applyEdit(files: AgentFiles, { file, at, removed, inserted }: Edit): AgentFiles {
  const paths = [...files.keys()];
  const path = paths[Math.floor(file * paths.length)]!;
  const bytes = Buffer.from(files.get(path)!);
  const start = Math.floor(at * bytes.length);
  const piece = inserted instanceof Uint8Array ? inserted : pieceOf(inserted);
  return new Map(files).set(path, Buffer.concat([bytes.subarray(0, start), piece, bytes.subarray(start + removed)]));
}

const allFiles = corpus.flatMap((files) => [...files.values()]);

function pieceOf({ file, at, length }: { file: number; at: number; length: number }): Uint8Array {
  const bytes = Buffer.from(allFiles[Math.floor(file * allFiles.length)]!);
  const start = Math.floor(at * bytes.length);
  return bytes.subarray(start, start + length);
}
