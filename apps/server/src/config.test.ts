import { describe, expect, test } from 'vitest';
import { publicUrl, readConfig, readSecrets } from './config.ts';

test('pin: what an empty environment means', () => {
  expect(readConfig({})).toEqual({
    host: '127.0.0.1',
    port: 6282,
    baseUrl: undefined,
    dataDir: './.octavus',
    databaseUrl: 'file:./.octavus/octavus.db',
    filesUrl: 'file:./.octavus/files',
    secret: undefined,
    sessionTtlMs: 24 * 60 * 60 * 1000,
    logLevel: 'info',
    errorFormat: 'nested',
    models: readConfig({ HOST: '::1' }).models,
    webSearch: undefined,
  });
  expect(publicUrl(readConfig({}), 6282)).toBe('http://localhost:6282');
});

test('pin: every variable of the contract is read', () => {
  const config = readConfig({
    HOST: '0.0.0.0',
    PORT: '8080',
    OCTAVUS_BASE_URL: 'https://octavus.larkspur.example/ai/',
    OCTAVUS_DATA_DIR: '/var/lib/octavus',
    DATABASE_URL: 'postgres://octavus:pw@db/octavus',
    OCTAVUS_FILES_URL: 'file:/srv/files',
    OCTAVUS_SECRET: 'keep this',
    OCTAVUS_SESSION_TTL: '7d',
    OCTAVUS_LOG_LEVEL: 'debug',
    OCTAVUS_ERROR_FORMAT: 'flat',
    ANTHROPIC_API_KEY: 'sk-ant-1',
    OPENAI_COMPATIBLE_MY_BOX_BASE_URL: 'http://127.0.0.1:8000/v1',
  });
  expect(config).toMatchObject({
    host: '0.0.0.0',
    port: 8080,
    baseUrl: 'https://octavus.larkspur.example/ai',
    dataDir: '/var/lib/octavus',
    databaseUrl: 'postgres://octavus:pw@db/octavus',
    filesUrl: 'file:/srv/files',
    secret: 'keep this',
    sessionTtlMs: 7 * 24 * 60 * 60 * 1000,
    logLevel: 'debug',
    errorFormat: 'flat',
  });
  expect(config.models).toMatchObject({
    anthropic: { apiKey: 'sk-ant-1' },
    compatible: { 'my-box': { baseURL: 'http://127.0.0.1:8000/v1' } },
  });
  expect(publicUrl(config, 8080)).toBe('https://octavus.larkspur.example/ai');
});

test('the embedded database and the files follow the data directory', () => {
  const { databaseUrl, filesUrl } = readConfig({ OCTAVUS_DATA_DIR: '/data' });
  expect([databaseUrl, filesUrl]).toEqual(['file:/data/octavus.db', 'file:/data/files']);
});

test('the first search service that is configured is the one to search with', () => {
  const all = { SEARXNG_BASE_URL: 'http://search:8080/', EXA_API_KEY: 'exa', BRAVE_SEARCH_API_KEY: ' ' };
  expect(readConfig(all).webSearch).toEqual({ variable: 'EXA_API_KEY', value: 'exa' });
  const own = { variable: 'SEARXNG_BASE_URL', value: 'http://search:8080' };
  expect(readConfig({ SEARXNG_BASE_URL: 'http://search:8080/' }).webSearch).toEqual(own);
  expect(() => readConfig({ SEARXNG_BASE_URL: 'search' })).toThrow('SEARXNG_BASE_URL is "search": expected an address');
  expect(readSecrets({ TAVILY_API_KEY: 'tvly-1', BRAVE_SEARCH_API_KEY: 'BSA1' })).toEqual(['tvly-1', 'BSA1']);
});

test('files may be kept in a bucket', () => {
  const url = 's3://larkspur/files?region=eu-west-1&endpoint=http://127.0.0.1:9000';
  expect(readConfig({ OCTAVUS_FILES_URL: url }).filesUrl).toBe(url);
});

test('a blank variable counts as unset', () => {
  expect(readConfig({ HOST: '', PORT: '  ', REDIS_URL: '', OCTAVUS_SECRET: ' ' })).toEqual(readConfig({}));
});

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
  ])('%s', (text, ms) => {
    expect(readConfig({ OCTAVUS_SESSION_TTL: text }).sessionTtlMs).toBe(ms);
  });
});

describe('a value that cannot be is refused with what would be right', () => {
  test.each([
    ['PORT', 'abc', 'PORT is "abc": expected a whole number from 0 to 65535'],
    ['PORT', '70000', 'PORT is "70000": expected a whole number from 0 to 65535'],
    ['PORT', '-1', 'PORT is "-1": expected a whole number from 0 to 65535'],
    [
      'OCTAVUS_BASE_URL',
      'octavus',
      'OCTAVUS_BASE_URL is "octavus": expected an address such as https://octavus.example.com',
    ],
    [
      'OCTAVUS_BASE_URL',
      'ftp://x',
      'OCTAVUS_BASE_URL is "ftp://x": expected an address such as https://octavus.example.com',
    ],
    [
      'DATABASE_URL',
      'mysql://u:pw@h/d',
      'DATABASE_URL is "mysql:…": expected file:<path> or postgres://<user>@<host>/<database>',
    ],
    [
      'OCTAVUS_FILES_URL',
      'ftp:x',
      'OCTAVUS_FILES_URL is "ftp:…": expected file:<path> or s3://<bucket>?region=<region>&endpoint=<address>',
    ],
    ['OCTAVUS_FILES_URL', 's3://user:pw@bucket', 'OCTAVUS_FILES_URL is "s3:…": expected file:<path> or s3://<bucket>'],
    ['OCTAVUS_SESSION_TTL', '24', 'OCTAVUS_SESSION_TTL is "24": expected a time such as 90s, 30m, 24h or 7d'],
    ['OCTAVUS_SESSION_TTL', '0h', 'OCTAVUS_SESSION_TTL is "0h": expected a time such as 90s, 30m, 24h or 7d'],
    [
      'OCTAVUS_LOG_LEVEL',
      'loud',
      'OCTAVUS_LOG_LEVEL is "loud": expected one of silent, error, warn, info, debug, trace',
    ],
    ['OCTAVUS_ERROR_FORMAT', 'xml', 'OCTAVUS_ERROR_FORMAT is "xml": expected one of nested, flat'],
    ['REDIS_URL', 'redis://localhost', 'REDIS_URL is not supported by this version yet'],
  ])('%s=%s', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(message);
  });

  test('a provider variable that makes no sense', () => {
    expect(() => readConfig({ OPENAI_COMPATIBLE_OPENAI_BASE_URL: 'http://x' })).toThrow('OPENAI_COMPATIBLE_OPENAI');
  });
});

test('the secrets of the environment are known, for the logs to leave out', () => {
  const env = {
    OCTAVUS_SECRET: 's1',
    OPENAI_COMPATIBLE_BOX_API_KEY: 'k1',
    AWS_SECRET_ACCESS_KEY: 'a1',
    DATABASE_URL: 'postgres://pw',
    PORT: '1',
    XAI_API_KEY: ' ',
  };
  expect(readSecrets(env).sort()).toEqual(['a1', 'k1', 'postgres://pw', 's1']);
});
