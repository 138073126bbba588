import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { StoredFile } from '../storage/storage.ts';
import { type ReadFileOptions, readFile } from './read-file.ts';
import type { FileStore } from './stores/store.ts';

const id = 'file-abcdefghijklmnopqrstuvwx';
const stored: StoredFile = {
  id,
  projectId: 'p1',
  sessionId: 's1',
  filename: 'a.png',
  mediaType: 'image/png',
  sizeBytes: 3,
  createdAt: 0,
  uploadedAt: 1,
  checkAt: 2,
};
const content = () => ({
  sizeBytes: 3,
  etag: '"e"',
  read: () => Readable.from([Buffer.from('a'), Buffer.from('bc')]),
  [Symbol.asyncDispose]: async () => undefined,
});

function options(overrides: Partial<ReadFileOptions> = {}): ReadFileOptions {
  return {
    // Only `open` is asked for.
    store: { open: async () => content() } as unknown as FileStore,
    download: async () => ({ bytes: Buffer.from('far'), mediaType: 'image/webp' }),
    find: async (fileId) => (fileId === id ? stored : undefined),
    fileOfAddress: (url) => (url.endsWith('sig=right') ? id : undefined),
    maxBytes: 10,
    signal: new AbortController().signal,
    ...overrides,
  };
}

const reference = (fields: { id?: string; url?: string } = {}) => ({
  id: 'x',
  mediaType: 'image/gif',
  url: 'https://elsewhere.test/a.gif',
  ...fields,
});

test.each([
  ['its id', reference({ id })],
  [
    'an address that was signed here',
    reference({ url: `http://localhost:6282/api/files/${id}?op=get&exp=1&sig=right` }),
  ],
])('a file of the project is read by %s', async (_, file) => {
  expect(await readFile(file, options())).toEqual({ file: { mediaType: 'image/png', bytes: Buffer.from('abc') } });
});

test.each([`https://elsewhere.test/${id}`, `http://localhost:6282/api/files/${id}?op=get&exp=1&sig=wrong`])(
  'an address that only looks like one of ours is fetched as any other: %s',
  async (url) => {
    const find = async () => {
      throw new Error('looked for');
    };
    expect(await readFile(reference({ url }), options({ find }))).toEqual({
      file: { mediaType: 'image/webp', bytes: Buffer.from('far') },
    });
  },
);

test('a file that is gone, too large or of another project is told, and nothing is fetched for it', async () => {
  const download = async () => {
    throw new Error('fetched');
  };
  const gone = { open: async () => undefined } as unknown as FileStore;
  const broken = { open: () => Promise.reject(new Error('no answer')) } as unknown as FileStore;
  for (const [overrides, problem] of [
    [{ find: async () => undefined }, 'there is no such file in this project.'],
    [{ store: gone }, 'its bytes are gone.'],
    [{ store: broken }, 'the file store does not answer.'],
    [{ maxBytes: 2 }, 'it is larger than 2 bytes.'],
  ] as const) {
    expect(await readFile(reference({ id }), options({ download, ...overrides }))).toEqual({ problem });
  }
});

test('what lies elsewhere has the type that its server tells, or the one that its name tells', async () => {
  expect(await readFile(reference(), options())).toEqual({
    file: { mediaType: 'image/webp', bytes: Buffer.from('far') },
  });
  const untyped = async () => ({ bytes: Buffer.from('far'), mediaType: 'application/octet-stream' });
  expect(await readFile(reference(), options({ download: untyped }))).toMatchObject({
    file: { mediaType: 'image/gif' },
  });
  const refused = async () => ({ problem: 'its address is not a public one.' });
  expect(await readFile(reference(), options({ download: refused }))).toEqual(await refused());
});

test('a data: URL holds its bytes itself', async () => {
  const read = (url: string) => readFile(reference({ url }), options());
  expect(await read('data:image/png;base64,YWJj')).toEqual({
    file: { mediaType: 'image/png', bytes: Buffer.from('abc') },
  });
  expect(await read('data:text/plain;charset=utf-8,a%20b')).toMatchObject({ file: { bytes: Buffer.from('a b') } });
  expect(await read('data:image/png;base64,')).toHaveProperty('problem');
  expect(await read('data:,%zz')).toHaveProperty('problem');
  expect(await read(`data:,${'x'.repeat(11)}`)).toEqual({ problem: 'it is larger than 10 bytes.' });
});
