import { stripTypeScriptTypes } from 'node:module';
import { expect, test } from 'vitest';
import { agentSlugs, readAgentPayload } from '../../test/fixtures.ts';
import { validateAgent } from '../index.ts';
import { generateTypes } from './generate-types.ts';

function typesOf(protocol: string, format: 'interactive' | 'worker' = 'interactive'): string {
  const { errors, definition } = validateAgent({
    settings: { slug: 'front-desk', name: 'Front desk', format },
    protocol,
    prompts: [{ name: 'system', content: 'Hi.' }],
  });
  expect(errors).toEqual([]);
  return generateTypes(definition!);
}

test('inputs, triggers, tools and the types they use', () => {
  const text = typesOf(`
agent: { model: offline/default, system: system, tools: [book], input: [GUEST] }
input:
  GUEST: { type: string, description: Name of the guest. }
  ROOMS: { type: 'Room[]', optional: true }
types:
  Room:
    description: A room.
    number: { type: integer }
    view: { type: string, enum: [garden, sea] }
    bed-type: { type: string, optional: true }
    photo: { type: file, optional: true }
triggers:
  user-message: { input: { FLOOR: { type: number } } }
  wave: {}
handlers:
  user-message: { Answer: { block: next-message } }
  wave: {}
tools:
  book:
    description: "Books a room. */"
    parameters:
      room: { type: Room }
      nights: { type: integer, optional: true }
`);
  expect(text).toBe(`// Types of the agent "front-desk". Generated: changes are overwritten.

/** An uploaded or generated file. */
export type FileReference = {
  id: string;
  mediaType: string;
  url: string;
  filename?: string;
  size?: number;
  width?: number;
  height?: number;
};

/** A room. */
export type Room = {
  number: number;
  view: "garden" | "sea";
  "bed-type"?: string;
  photo?: FileReference;
};

/** Input when a session or run starts. */
export type FrontDeskInput = {
  /** Name of the guest. */
  GUEST: string;
  ROOMS?: Room[];
};

/** Input by trigger. */
export type FrontDeskTriggers = {
  "user-message": {
    FLOOR: number;
  };
  wave: Record<string, never>;
};

/** Arguments by tool. */
export type FrontDeskTools = {
  /** Books a room. *\\/ */
  book: {
    room: Room;
    nights?: number;
  };
};
`);
});

test('a worker has an output', () => {
  const text = typesOf(
    `
steps:
  Open: { block: start-thread, thread: work, model: offline/default, system: system }
  Go: { block: next-message, thread: work, responseType: FrontDeskInput, output: RESULT }
variables: { RESULT: { type: FrontDeskInput } }
output: RESULT
types:
  FrontDeskInput: { a: { type: string, const: x } }
`,
    'worker',
  );
  expect(text).toContain('export type FrontDeskInput_ = Record<string, never>;');
  expect(text).toContain('export type FrontDeskOutput = FrontDeskInput | null;');
  expect(text).toContain('a: "x";');
});

test.each(agentSlugs)('the types of %s are TypeScript', (slug) => {
  const text = generateTypes(validateAgent(readAgentPayload(slug)).definition!);
  expect(stripTypeScriptTypes(text).trim()).toMatch(/^(?:\/\/.*|\/\*[\s\S]*?\*\/|\s)*$/);
  const names = [...text.matchAll(/^export type (\w+)/gm)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
});
