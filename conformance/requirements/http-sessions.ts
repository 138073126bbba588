import { toRequirements } from './table.ts';

/** Sections 5 to 9 of the HTTP API beyond `http.ts`, row by row; proven by the suites of `apps/server/test`, on both databases. */
export const sessionApiRequirements = toRequirements('HTTP API', {
  '1.2 Identifiers': {
    'http.ids.unknown': 'An id that was never given is 404 NOT_FOUND, whatever characters it has.',
  },
  '1.4 Response headers': {
    'http.request-id.below': 'What cannot be read as a request is answered like every other error, with a request id.',
  },
  '2.6 Federated identity (OIDC)': {
    'http.federation.registration':
      'A registration has an HTTPS issuer, asymmetric algorithms and an audience of its own.',
    'http.federation.scope': 'A federated token does what an ephemeral token of the same scope does.',
    'http.federation.refusals': 'A token that fails any check is 401 UNAUTHORIZED, without saying which.',
    'http.federation.algorithms': 'Algorithms that are not registered, symmetric ones and none are refused.',
    'http.federation.conditions': 'All conditions on claims must hold; dotted paths are allowed.',
    'http.federation.times': 'Times are tolerant by 60 s; the audience may be a member of a list.',
    'http.federation.enabled': 'A disabled or removed registration invalidates all its tokens at once.',
    'http.federation.rotation':
      'Keys are kept for ten minutes; an unknown key id causes at most one fetch per minute before that.',
    'http.federation.discovery':
      'Keys come from the registered address, else from the discovery document of the issuer.',
    'http.federation.guard': 'Fetches go to public addresses over HTTPS and stop at 256 KiB and 5 s.',
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
  '11 Workforce threads': {
    'http.workforce.start':
      'A thread is answered 201 pending once its message is stored, and is a session of the agent.',
    'http.workforce.follow-up': 'Messages of a thread run one at a time, in order; 202 says running or queued.',
    'http.workforce.trigger': 'A message fires user-message, or the only trigger that asks for one string, with files.',
    'http.workforce.tools': 'A call of an external tool gets an error result and the run goes on.',
    'http.workforce.refused': 'Unsuited agents, empty or too long messages and missing files are 400.',
    'http.workforce.access': "An agent's key opens its threads alone; another agent's are 403, unknown threads 404.",
    'http.workforce.errors': 'Errors of workforce paths are flat.',
    'http.workforce.wire': 'Messages come in the shape that the version header asks for.',
    'http.workforce.status': 'completed, failed with a reason, cancelled; a failed run does not hinder the next.',
    'http.workforce.expiry': 'Workforce sessions do not expire by themselves.',
    'http.workforce.outage': 'A database that fails for a moment loses no message.',
    'http.workforce.recovery': 'Queued runs survive a restart; one cut short has failed: The run was interrupted.',
  },
});
