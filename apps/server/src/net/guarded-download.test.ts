import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createGuardedDownload } from './guarded-download.ts';
import { isPublicAddress } from './public-address.ts';

const signal = new AbortController().signal;
const limits = { maxBytes: 1000, signal };
/** As the guard, but the machine itself may be reached without TLS. */
const local = createGuardedDownload({ isAllowed: () => true, protocols: ['http:', 'https:'] });

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('special addresses are not public', () => {
  const refused =
    '127.0.0.1 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 ' +
    '::1 :: fe80::1 fc00::1 fd12::1 ff02::1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 64:ff9b::a00:1 2002:a00:1:: 2001:db8::1 2001::1 fe80::1%eth0 localhost';
  for (const address of refused.split(' ')) expect([address, isPublicAddress(address)]).toEqual([address, false]);
  for (const address of ['8.8.8.8', '172.32.0.1', '1.1.1.1', '2606:4700::1111', '2a00:1450::1'])
    expect([address, isPublicAddress(address)]).toEqual([address, true]);
});

test.each([
  ['http://example.com/a.png', 'https'],
  ['file:///etc/passwd', 'https'],
  ['not an address', 'https'],
  ['https://user:pass@example.com/', 'password'],
  ['https://127.0.0.1/', 'public'],
  ['https://[::1]/', 'public'],
  ['https://2130706433/', 'public'],
  ['https://0x7f.1/', 'public'],
  ['https://localhost/', 'public'],
])('%s is refused', async (url, reason) => {
  expect(await createGuardedDownload()(url, limits)).toEqual({ problem: expect.stringContaining(reason) });
});

test('bytes and type arrive', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'Image/PNG; q=1' }).end('abc');
  });
  expect(await local(server.url, limits)).toEqual({ bytes: Buffer.from('abc'), mediaType: 'image/png' });
});

test('redirects are followed on their host, three times', async () => {
  await using server = await serve((request, response) => {
    const left = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('left'));
    if (left > 0) response.writeHead(302, { location: `/?left=${left - 1}` }).end();
    else response.end('there');
  });
  expect(await local(`${server.url}/?left=3`, limits)).toMatchObject({ bytes: Buffer.from('there') });
  expect(await local(`${server.url}/?left=4`, limits)).toEqual({ problem: 'its address redirects too often.' });
});

test('a redirect to another host is refused', async () => {
  await using other = await serve((_, response) => response.end('secret'));
  await using server = await serve((_, response) => response.writeHead(302, { location: other.url }).end());
  expect(await local(server.url, limits)).toEqual({ problem: 'its address redirects to another host.' });
});

test('what is too large, missing, cut off or not there is told', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/large') response.end('x'.repeat(1001));
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': '10' }).write('abc', () => response.destroy());
    else response.writeHead(404).end();
  });
  expect(await local(`${server.url}/large`, limits)).toEqual({ problem: 'it is larger than 1000 bytes.' });
  expect(await local(`${server.url}/missing`, limits)).toEqual({
    problem: 'its address answers with HTTP status 404.',
  });
  expect(await local(`${server.url}/cut`, limits)).toEqual({ problem: 'its address did not answer.' });
  expect(await local('http://127.0.0.1:1/', limits)).toEqual({ problem: 'its address did not answer.' });
});

test('an abort ends the download', async () => {
  const abort = new AbortController();
  await using server = await serve((_, response) => {
    response.write('abc');
    abort.abort();
  });
  expect(await local(server.url, { maxBytes: 1000, signal: abort.signal })).toHaveProperty('problem');
});
