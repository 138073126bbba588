/** A package that is published, and what its users may rely on besides what all of them promise. */
export interface PublishedPackage {
  /** Below `packages/`; `consumers/<folder>.ts` is a user's first file. */
  readonly folder: string;
  /** The command it brings; without one it is a library in both module formats. */
  readonly command?: string;
  /** What a user of the command does first, one command line after the other; each succeeds on the oldest Node.js. */
  readonly firstSteps?: readonly (readonly string[])[];
  /** Installed beside it, on top of what it asks for itself. */
  readonly alongside?: readonly string[];
  /** The oldest of these that it works with, in their place on the oldest Node.js; a user compiles with them too. */
  readonly oldest?: readonly string[];
  /** Below `consumers/`: a file that uses the types that `octavus types` generates as `agents.js`; it is compiled, not run. */
  readonly typed?: string;
  /** How every built module begins. */
  readonly directive?: string;
  /** Most bytes of all its exports, minified and compressed, without what `external` names. */
  readonly bundle?: { readonly maxBytes: number; readonly external: readonly string[] };
}

export const publishedPackages: readonly PublishedPackage[] = [
  { folder: 'core' },
  { folder: 'server-sdk', alongside: ['zod@^4.0.0'], oldest: [], typed: 'server-sdk.typed.ts' },
  { folder: 'client-sdk' },
  {
    folder: 'react',
    typed: 'react.typed.ts',
    directive: "'use client';\n",
    alongside: ['react@^19', 'react-dom@^19', '@types/react@^19', '@types/react-dom@^19'],
    oldest: ['react@18.0.0', 'react-dom@18.0.0', '@types/react@^18', '@types/react-dom@^18'],
    // All of client-sdk is in it too.
    bundle: { maxBytes: 20_000, external: ['react', 'zod'] },
  },
  {
    folder: 'cli',
    command: 'octavus',
    firstSteps: [
      ['init', 'first', '--template', 'tools'],
      ['validate', '--local', 'first'],
      ['types', 'first'],
      ['test', 'first'],
      ['run', './first', '--tools', 'first/tools.mjs', '--input', 'USER_MESSAGE=What is the weather in Oslo?'],
    ],
  },
];
