import { agentId, key, sessionId } from './server.ts';

/** What goes wrong. */
export const troubles = [
  '404',
  'flat error',
  'nested error',
  'HTML error',
  'refused connection',
  'no key',
  'bad folder',
] as const;
export type Trouble = (typeof troubles)[number];

/** How a command fails, where it does so otherwise than the others. */
export interface Failing {
  readonly words?: readonly string[];
  /** 1 for most. */
  readonly status?: number;
  readonly message: string;
  readonly code: string;
  /** Lines of text behind the message, such as the file. */
  readonly details?: readonly string[];
  /** What text mode says first on standard output. */
  readonly opening?: readonly string[];
}

/** Another test shows it, or it cannot happen; the text says which. */
export interface Elsewhere {
  readonly because: string;
}

/** One line of the matrix: a command as a user types it, and what becomes of it. */
export interface Entry {
  readonly words: readonly string[];
  readonly input?: string;
  /** Ends with Ctrl-C as soon as this was said. */
  readonly interruptAfter?: RegExp;
  /** Lines on standard output before the first answer; not with `--quiet`. */
  readonly opening?: readonly string[];
  /** Lines on standard error before the first answer, with JSON too; not with `--quiet`. */
  readonly progress?: readonly string[];
  /** With `--json` it writes one value per line. */
  readonly isLines?: boolean;
  readonly on: Partial<Record<Trouble, Failing | Elsewhere>>;
}

const notFound = (message: string): Partial<Record<Trouble, Failing>> => ({ '404': { message, code: 'NOT_FOUND' } });
const directory = (words: readonly string[], opening?: readonly string[]): Partial<Record<Trouble, Failing>> => ({
  'bad folder': {
    words,
    message: 'Directory not found: <folder>/nowhere',
    code: 'FILE_ERROR',
    ...(opening && { opening }),
  },
});
const reading = ['ℹ Reading agent from nowhere...'];
const noFolder = { 'bad folder': { because: 'it reads no folder' } } as const;
const offline = (because: string): Record<Exclude<Trouble, 'bad folder'>, Elsewhere> => ({
  '404': { because },
  'flat error': { because },
  'nested error': { because },
  'HTML error': { because },
  'refused connection': { because },
  'no key': { because },
});
const keyOrFolder = {
  'no key': { message: '<no key> To run the folder here, write ./desk', code: 'CONFIG_ERROR', status: 2 },
} as const;
const noServer = offline('it asks no server');
const planned = { because: 'it is the plan for a new agent: "sync --dry-run shows the plan" in real-server.test.ts' };
const bySelf = offline('it says so itself: "doctor" in server-commands.test.ts');

/** Every command of the command line. A new one without an entry fails `matrix.test.ts`. */
export const entries: Readonly<Record<string, Entry>> = {
  init: {
    words: ['init', 'fresh', '--yes'],
    on: {
      ...noServer,
      'bad folder': {
        words: ['init', 'desk', '--yes'],
        message: 'The folder is not empty: choose another, or --force',
        code: 'FILE_ERROR',
        details: ['  File: <folder>/desk'],
      },
    },
  },
  dev: {
    words: ['dev', 'desk', '--no-types'],
    isLines: true,
    on: {
      '404': { because: 'an agent that is not there is created: "dev" in server-commands.test.ts' },
      'no key': { because: 'it runs in this process then: "dev" in server-commands.test.ts' },
      'bad folder': { because: 'it makes what is missing: "dev" in server-commands.test.ts' },
    },
  },
  validate: {
    words: ['validate', 'desk'],
    opening: ['ℹ Reading agent from desk...', 'ℹ Validating desk...'],
    on: directory(['validate', 'nowhere'], reading),
  },
  'validate --local': {
    words: ['validate', '--local', 'desk'],
    on: { ...noServer, ...directory(['validate', '--local', 'nowhere']) },
  },
  sync: {
    words: ['sync', 'desk'],
    opening: ['ℹ Reading agent from desk...', 'ℹ Syncing desk...'],
    on: directory(['sync', 'nowhere'], reading),
  },
  'sync --dry-run': {
    words: ['sync', 'desk', '--dry-run'],
    opening: ['ℹ Reading agent from desk...'],
    on: { '404': planned, ...directory(['sync', 'nowhere', '--dry-run'], reading) },
  },
  'sync --check': {
    words: ['sync', 'desk', '--check'],
    opening: ['ℹ Reading agent from desk...'],
    on: { '404': planned, ...directory(['sync', 'nowhere', '--check'], reading) },
  },
  'sync --all': {
    words: ['sync', '--all', 'desk'],
    on: {
      ...offline('it goes on after a failure: "--all" in real-server.test.ts'),
      'no key': { message: '<no key>', code: 'CONFIG_ERROR', status: 2 },
      ...directory(['sync', '--all', 'nowhere']),
    },
  },
  'sync --watch': {
    words: ['sync', 'stale', '--watch'],
    interruptAfter: /Updated: |"agentId"/,
    on: {
      ...offline('it stays and tries again: "sync --watch" in server-commands.test.ts'),
      'no key': { message: '<no key>', code: 'CONFIG_ERROR', status: 2 },
      ...directory(['sync', 'nowhere', '--watch']),
    },
  },
  diff: {
    words: ['diff', 'desk'],
    on: {
      '404': { because: 'then everything is new: success/diff.txt shows the form' },
      ...directory(['diff', 'nowhere']),
    },
  },
  pull: {
    words: ['pull', 'desk', 'copy'],
    on: {
      ...notFound('Agent not found: desk'),
      'bad folder': {
        words: ['pull', 'desk', 'a.txt'],
        message: 'Cannot write the file: a part of its path is a file (ENOTDIR)',
        details: ['  File: <folder>/a.txt/settings.json'],
        code: 'FILE_ERROR',
      },
    },
  },
  list: { words: ['list'], on: noFolder },
  get: { words: ['get', 'desk'], on: { ...notFound('Agent not found: desk'), ...noFolder } },
  archive: { words: ['archive', 'desk'], opening: ['ℹ Archiving desk...'], on: noFolder },
  types: { words: ['types', 'desk', '--out', 'agents.ts'], on: { ...noServer, ...directory(['types', 'nowhere']) } },
  chat: {
    words: ['chat', 'desk'],
    input: 'Hello\n',
    isLines: true,
    on: { ...notFound('Agent not found: desk'), ...keyOrFolder, ...directory(['chat', './nowhere']) },
  },
  run: {
    words: ['run', 'desk', '--input', 'USER_MESSAGE=Hello'],
    isLines: true,
    on: { ...notFound('Agent not found: desk'), ...keyOrFolder, ...directory(['run', './nowhere']) },
  },
  test: { words: ['test', 'desk'], on: { ...noServer, ...directory(['test', 'nowhere']) } },
  'sessions list': { words: ['sessions', 'list'], on: noFolder },
  'sessions get': { words: ['sessions', 'get', sessionId], on: noFolder },
  'sessions logs': { words: ['sessions', 'logs', sessionId], on: noFolder },
  'sessions logs --follow': {
    words: ['sessions', 'logs', sessionId, '--follow'],
    interruptAfter: /user-message/,
    isLines: true,
    on: noFolder,
  },
  'sessions restore': {
    words: ['sessions', 'restore', sessionId, 'messages.json'],
    on: {
      'bad folder': {
        words: ['sessions', 'restore', sessionId, 'nowhere'],
        message: 'Cannot read the file: it does not exist (ENOENT)',
        code: 'FILE_ERROR',
        details: ['  File: <folder>/nowhere'],
      },
    },
  },
  'sessions clear': { words: ['sessions', 'clear', sessionId], on: noFolder },
  'sessions abort': { words: ['sessions', 'abort', sessionId], on: noFolder },
  'files upload': {
    words: ['files', 'upload', sessionId, 'a.txt'],
    on: {
      'bad folder': {
        words: ['files', 'upload', sessionId, 'nowhere'],
        message: 'File not found: <folder>/nowhere',
        code: 'FILE_ERROR',
      },
    },
  },
  'skills sync': {
    words: ['skills', 'sync', 'packer'],
    opening: ['ℹ Reading skill from packer...', 'ℹ Packaging packer...'],
    on: directory(['skills', 'sync', 'nowhere'], ['ℹ Reading skill from nowhere...']),
  },
  'skills sync --dry-run': {
    words: ['skills', 'sync', 'packer', '--dry-run'],
    on: { ...noServer, ...directory(['skills', 'sync', 'nowhere', '--dry-run'], ['ℹ Reading skill from nowhere...']) },
  },
  'skills list': { words: ['skills', 'list'], on: noFolder },
  'skills pull': {
    words: ['skills', 'pull', 'packer', 'copy'],
    on: {
      ...notFound('Skill not found: packer'),
      'bad folder': {
        words: ['skills', 'pull', 'packer', 'a.txt'],
        message: 'Cannot write the file: a part of its path is a file (ENOTDIR)',
        code: 'FILE_ERROR',
        details: ['  File: <folder>/a.txt/a.txt'],
      },
    },
  },
  'skills validate': {
    words: ['skills', 'validate', 'packer'],
    on: { ...noServer, ...directory(['skills', 'validate', 'nowhere']) },
  },
  'skills init': {
    words: ['skills', 'init', 'fresh'],
    on: {
      ...noServer,
      'bad folder': {
        words: ['skills', 'init', 'desk'],
        message: 'The folder is not empty: choose another',
        code: 'FILE_ERROR',
        details: ['  File: <folder>/desk'],
      },
    },
  },
  'tokens mint': { words: ['tokens', 'mint', agentId], on: noFolder },
  'tokens revoke': { words: ['tokens', 'revoke', 'oct_et_x.y'], on: noFolder },
  open: { words: ['open', 'desk'], on: { ...notFound('Agent not found: desk'), ...noFolder } },
  login: {
    words: ['login', '--api-url', '<server>'],
    input: `${key}\n`,
    on: {
      '404': { because: 'a 404 tells that the key is let in: api/key-permissions.ts' },
      'no key': { because: 'it asks for one: "what cannot be kept" in profiles.test.ts' },
      ...noFolder,
    },
  },
  logout: { words: ['logout'], on: { ...noServer, ...noFolder } },
  config: { words: ['config'], on: { ...noServer, ...noFolder } },
  whoami: {
    words: ['whoami'],
    on: { '404': { because: 'a 404 tells that the key is let in: api/key-permissions.ts' }, ...noFolder },
  },
  doctor: { words: ['doctor'], on: { ...bySelf, ...noFolder } },
  completion: { words: ['completion', 'bash'], on: { ...noServer, ...noFolder } },
};
