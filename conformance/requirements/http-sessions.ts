import { toRequirements } from './table.ts';

/** Sections 5 to 9 of the HTTP API beyond `http.ts`, row by row; proven by the suites of `apps/server/test`, on both databases. */
export const sessionApiRequirements = toRequirements('HTTP API', {
  '1.2 Identifiers': {
    'http.ids.unknown': 'An id that was never given is 404 NOT_FOUND, whatever characters it has.',
  },
  '1.4 Response headers': {
    'http.request-id.below': 'What cannot be read as a request is answered like every other error, with a request id.',
  },
  '6.6 Trigger': {
    'http.trigger.once': 'Of many identical triggers at once exactly one runs while it runs.',
    'http.trigger.continue-once': 'Of many identical continuations at once exactly one runs.',
    'http.trigger.repeat.same-calls': 'A leg that was cut is repeated for results of the same calls only.',
  },
  '6.8 Start (create and trigger)': {
    'http.start.once': 'Of many identical starts at once exactly one runs.',
  },
  '7 Files': {
    'http.files.scope': 'A file that a request names is uploaded, and within reach of its credential.',
  },
});
