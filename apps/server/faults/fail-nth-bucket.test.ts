import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sqliteDatabase } from '../test/databases.ts';
import { s3Credentials, startS3 } from '../test/run-s3.ts';
import { breakBucket } from './break-bucket.ts';
import { failEveryCall } from './fail-nth.ts';
import { Injector } from './injector.ts';
import { fileScenarios } from './scenarios.ts';

beforeAll(() => {
  for (const [name, value] of Object.entries(s3Credentials)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

test('[rt.durable.atomic] every request to a bucket may fail, and nothing acknowledged is lost (S3)', async () => {
  // The server that speaks S3 does not sign the `'` of a file's name as S3 says.
  await using bucket = await startS3({ checksSignatures: false });
  const faults = { before: new Injector(), after: new Injector() };
  using _broken = breakBucket(faults);
  await using database = await sqliteDatabase();
  const otherFaults = { 'cut before': faults.before, 'cut after': faults.after };
  const files = { url: bucket.url, faults: otherFaults, scenarios: fileScenarios };
  expect(await failEveryCall({ name: 'bucket', database, databaseFaults: {}, bucket: files })).toEqual([]);
});
