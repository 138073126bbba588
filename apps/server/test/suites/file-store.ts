import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { createIds } from '@octavus/core';
import { describe, expect, test } from 'vitest';
import type { FileStore, FileToWrite } from '../../src/files/stores/store.ts';

const ids = createIds(randomBytes, Date.now);

/** A store of its own, which goes away when it is disposed. */
export interface TestFileStore extends AsyncDisposable {
  readonly store: FileStore;
}

/** What every file store must do. */
export function describeFileStore(name: string, open: () => Promise<TestFileStore>): void {
  const testStore = (title: string, work: (store: FileStore) => Promise<void>): void =>
    test(title, async () => {
      await using opened = await open();
      await work(opened.store);
    });

  describe(`file store: ${name}`, () => {
    testStore('can be used', (store) => store.check());

    testStore('gives back what was written, with its size', async (store) => {
      const content = randomBytes(300_000);
      const file = aFileOf(content);
      const { etag } = await store.write(file, inPieces(content));
      await using opened = await store.open(file.id);
      expect(opened).toMatchObject({ sizeBytes: content.length, etag });
      expect(etag).toMatch(/^"[\w-]+"$/);
      expect(content.equals(await buffer(opened!.read()))).toBe(true);
    });

    testStore('gives a part', async (store) => {
      const content = Buffer.from('0123456789');
      const file = aFileOf(content);
      await store.write(file, inPieces(content));
      const read = async (start: number, end: number) => buffer((await store.open(file.id))!.read({ start, end }));
      expect([await read(2, 4), await read(9, 9), await read(0, 9)].map(String)).toEqual(['234', '9', '0123456789']);
    });

    testStore('what was never written, or removed, is not there', async (store) => {
      const file = aFileOf(Buffer.from('fern'));
      expect(await store.open(file.id)).toBeUndefined();
      await store.remove(file.id);
      await store.write(file, inPieces(Buffer.from('fern')));
      await store.remove(file.id);
      expect(await store.open(file.id)).toBeUndefined();
    });

    testStore('a second write replaces the first, under another tag', async (store) => {
      const file = aFileOf(Buffer.from('fern'));
      const first = await store.write(file, inPieces(Buffer.from('fern')));
      const second = await store.write(file, inPieces(Buffer.from('moss')));
      expect(second.etag).not.toBe(first.etag);
      expect(await contentOf(store, file)).toBe('moss');
    });

    testStore('a source that breaks changes nothing, and its error comes out', async (store) => {
      const file = aFileOf(Buffer.alloc(8));
      await expect(store.write(file, breaking())).rejects.toThrow('source broke');
      expect(await store.open(file.id)).toBeUndefined();
      await store.write(file, inPieces(Buffer.from('12345678')));
      await expect(store.write(file, breaking())).rejects.toThrow('source broke');
      expect(await contentOf(store, file)).toBe('12345678');
    });

    testStore('of writes at the same time one stays, whole', async (store) => {
      const contents = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(200_000));
      const file = aFileOf(Buffer.from(contents[0]!));
      await Promise.all(contents.map((content) => store.write(file, inPieces(Buffer.from(content)))));
      expect(contents).toContain(await contentOf(store, file));
    });

    testStore('removing leftovers leaves files alone', async (store) => {
      const file = aFileOf(Buffer.from('fern'));
      await store.write(file, inPieces(Buffer.from('fern')));
      await store.removeLeftovers(Date.now() + 60_000);
      expect(await contentOf(store, file)).toBe('fern');
    });
  });
}

export function aFileOf(content: Uint8Array): FileToWrite {
  return { id: ids.file(), mediaType: 'image/png', sizeBytes: content.length };
}

export async function contentOf(store: FileStore, { id }: FileToWrite): Promise<string> {
  return String(await buffer((await store.open(id))!.read()));
}

/** In several pieces, each in a turn of its own. */
export async function* inPieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  const size = Math.ceil(content.length / 3);
  for (let start = 0; start < content.length; start += size) {
    await new Promise(setImmediate);
    yield content.subarray(start, start + size);
  }
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('fern');
  await new Promise(setImmediate);
  throw new Error('source broke');
}
