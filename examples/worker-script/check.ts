import assert from 'node:assert/strict';
import { OctavusClient } from '@octavus/server-sdk';
import { writeCareSheet } from './care-sheet.ts';

/** Runs the script and looks at what came. */
const places: string[] = [];
const result = await writeCareSheet(OctavusClient.fromEnv(), 'fern', (place) => {
  places.push(place);
  return 41;
});
assert.equal(places.length, 1, 'the tool of the script was called once');
assert.match(String(result.output), /41/, 'the sheet says what the tool measured');
assert.ok(result.sessionId);
console.log('The worker called the tool of the script and wrote its sheet.');
