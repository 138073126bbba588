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
});
