import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Environment, KnownAgent } from '../src/environment.ts';
import { validateAgent } from '../src/index.ts';
import { agentSlugs, fixtures, readAgentPayload, readFixtures } from './fixtures.ts';

const place = ({ code, path }: { code: string; path: string }) => `${code} ${path}`;

describe('protocols that must be refused', () => {
  test.each(readFixtures('invalid'))('$file gives $code', ({ code, path, payload, agents }) => {
    const { errors, definition } = validateAgent(payload, { environment: { agents } });
    expect(errors.map(place)).toEqual([`${code} ${path}`]);
    expect(definition).toBeUndefined();
  });
});

describe('protocols that must be warned about', () => {
  test.each(readFixtures('warnings'))('$file gives $code', ({ code, path, payload, agents }) => {
    const { errors, warnings, definition } = validateAgent(payload, { environment: { agents } });
    expect(errors).toEqual([]);
    expect(warnings.map(place)).toContain(`${code} ${path}`);
    expect(definition).toBeDefined();
  });
});

describe('positions', () => {
  const pointsAtKey =
    /^PROTO_(?:UNKNOWN_KEY|UNKNOWN_SECTION|SECTION_FORMAT|KEY_FORMAT|YAML_DUPLICATE_KEY|NAME_(?!THREAD|TOOL_WORKER)|UNUSED_)/;
  const pointsAtContainer = /^PROTO_(?:MISSING_KEY|THREAD_MODEL_MISSING|ARG_MISSING|MCP_DESCRIPTION)/;
  const found = [...readFixtures('invalid'), ...readFixtures('warnings')].flatMap(
    ({ file, code, path, ...fixture }) => {
      const { protocol } = fixture.payload as { protocol: string };
      const { errors, warnings } = validateAgent(fixture.payload, { environment: { agents: fixture.agents } });
      const { line, column } = [...errors, ...warnings].find((finding) => place(finding) === `${code} ${path}`) ?? {};
      const isValue = path.endsWith('.output');
      const text = line && column ? protocol.split('\n')[line - 1]?.slice(column - 1) : undefined;
      return isValue ? [] : [{ file, code, segments: path.match(/[^.[\]"]+(?:\.[a-z]+(?="))?/g) ?? [], text }];
    },
  );

  test.each(found.filter(({ code }) => pointsAtKey.test(code)))('$file points at the key', ({ segments, text }) => {
    expect(text).toMatch(new RegExp(`^"?${RegExp.escape(segments.at(-1)!)}"?:`));
  });

  test.each(found.filter(({ code }) => pointsAtContainer.test(code)))(
    '$file points at the key of the mapping that lacks something',
    ({ segments, text }) => {
      expect(text).toMatch(new RegExp(`^"?${RegExp.escape(segments.at(-2)!)}"?:`));
    },
  );
});

describe('complete agents', () => {
  const expected = JSON.parse(readFileSync(join(fixtures, 'agents', 'expected.json'), 'utf8'));

  test.each(agentSlugs)('%s is valid with exactly the expected warnings', (slug) => {
    const { errors, warnings, definition } = validateAgent(readAgentPayload(slug));
    expect(errors).toEqual([]);
    expect(warnings.map(place).sort()).toEqual(expected[slug].map(place).sort());
    expect(definition?.slug).toBe(slug);
  });
});

interface DefinitionCase {
  readonly name: string;
  readonly definition: unknown;
  readonly expect: readonly { severity: string; code: string; path: string }[];
  readonly project?: {
    readonly agents: Record<string, { format: KnownAgent['format']; input?: Record<string, { optional?: boolean }> }>;
    readonly skills: readonly string[];
    readonly mcpServers: readonly string[];
  };
}

describe('whole payloads', () => {
  const { cases } = JSON.parse(readFileSync(join(fixtures, 'vectors', 'definitions.json'), 'utf8'));

  test.each(cases as DefinitionCase[])('$name', ({ definition, expect: expected, project }) => {
    const { errors, warnings } = validateAgent(definition, { environment: project && environmentOf(project) });
    const found = [...errors, ...warnings].map(({ severity, code, path }) => ({ severity, code, path }));
    expect(found).toHaveLength(expected.length);
    expect(found).toEqual(expect.arrayContaining([...expected]));
  });
});

function environmentOf({ agents, skills, mcpServers }: NonNullable<DefinitionCase['project']>): Environment {
  const known = Object.entries(agents).map(([slug, { format, input = {} }]) => {
    const inputs = Object.entries(input).map(
      ([name, { optional }]) => [name, { isOptional: optional === true }] as const,
    );
    return [slug, { format, input: new Map(inputs) }] as const;
  });
  return { agents: new Map(known), skills: new Set(skills), mcpServers: new Set(mcpServers) };
}
