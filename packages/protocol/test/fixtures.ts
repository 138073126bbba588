import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownAgent } from '../src/environment.ts';

export const fixtures = join(import.meta.dirname, 'fixtures');

/** A protocol whose header names the diagnostic it must give (protocol-language.md 9.1). */
export interface Fixture {
  readonly file: string;
  readonly code: string;
  readonly path: string;
  readonly payload: unknown;
  readonly agents: ReadonlyMap<string, KnownAgent> | undefined;
}

export function readFixtures(folder: 'invalid' | 'warnings'): Fixture[] {
  const names = readdirSync(join(fixtures, folder)).filter((name) => name.endsWith('.yaml'));
  return names.map((name) => readFixture(name, readFileSync(join(fixtures, folder, name), 'utf8')));
}

function readFixture(file: string, protocol: string): Fixture {
  const headers = [...protocol.matchAll(/^# (expect|format|slug|agents|prompt|reference)(?: ([^:\n]+))?: (.*)$/gm)];
  const header = (key: string) => headers.find(([, name, argument]) => name === key && argument === undefined)?.[3];
  const named = (key: string) => headers.filter(([, name, argument]) => name === key && argument !== undefined);
  const prompts = new Map([
    ['system', 'You are a test agent.'],
    ['user-message', '{{USER_MESSAGE}}'],
  ]);
  for (const [, , name, text] of named('prompt')) prompts.set(name!, JSON.parse(text!));
  const references = named('reference').map(([, , name, text]) => ({
    name,
    description: JSON.parse(text!),
    content: 'Text.',
  }));
  const [code = '', ...rest] = (header('expect') ?? '').split(' ');
  return {
    file,
    code,
    path: rest.join(' '),
    payload: {
      settings: { slug: header('slug') ?? 'fixture', name: 'Fixture', format: header('format') ?? 'interactive' },
      protocol,
      prompts: [...prompts].map(([name, content]) => ({ name, content })),
      references,
    },
    agents: readAgents(header('agents')),
  };
}

function readAgents(text: string | undefined): ReadonlyMap<string, KnownAgent> | undefined {
  if (text === undefined) return undefined;
  return new Map(
    text.split(',').map((entry) => {
      const [slug = '', format] = entry.trim().split('=');
      return [slug, { format: format === 'worker' ? 'worker' : 'interactive' }] as const;
    }),
  );
}

/** The payload of an agent folder of the fixtures. */
export function readAgentPayload(slug: string): {
  settings: Record<string, unknown>;
  protocol: string;
  prompts: { name: string; content: string }[];
  references: { name: string; description: string; content: string }[];
} {
  const folder = join(fixtures, 'agents', slug);
  return {
    settings: JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')),
    protocol: readFileSync(join(folder, 'protocol.yaml'), 'utf8'),
    prompts: markdownFiles(join(folder, 'prompts')),
    references: markdownFiles(join(folder, 'references')).map(({ name, content }) => {
      const [, front = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(content) ?? [];
      return { name, description: /^description: (.*)$/m.exec(front)?.[1] ?? '', content: body.trim() };
    }),
  };
}

export const agentSlugs = readdirSync(join(fixtures, 'agents'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

function markdownFiles(folder: string): { name: string; content: string }[] {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
  return paths.sort().map((path) => ({ name: path.slice(0, -3), content: readFileSync(join(folder, path), 'utf8') }));
}
