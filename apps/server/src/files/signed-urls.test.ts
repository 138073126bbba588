import { expect, test } from 'vitest';
import { createSignedUrls } from './signed-urls.ts';

const aService = (key = 'a', now = () => 0) =>
  createSignedUrls({ key: Buffer.from(key), baseUrl: () => 'http://localhost:6282', now });

test('an address tells its file while it is valid, whatever it is reached by', () => {
  const address = aService().sign('get', 'file-1', 60);
  expect(aService().fileOf(address)).toBe('file-1');
  expect(aService().fileOf(address.replace('http://localhost:6282', 'https://agents.example'))).toBe('file-1');
  expect(aService('a', () => 60_000).fileOf(address)).toBeUndefined();
});

test('an address that was not signed here for reading this file tells none', () => {
  const address = aService().sign('get', 'file-1', 60);
  const wrong = [
    aService('b').sign('get', 'file-1', 60),
    aService().sign('put', 'file-1', 60),
    address.replace('file-1', 'file-2'),
    address.replace('exp=60', 'exp=6000'),
    address.replace('/api/files/', '/'),
    address.slice(0, address.indexOf('?')),
    'file-1',
    '',
  ];
  expect(wrong.map((url) => aService().fileOf(url))).toEqual(wrong.map(() => undefined));
});
