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
  '5 Agents': {
    'http.agents.limits': 'Every field of a definition has its limits; the issue names the field.',
    'http.agents.references': 'References are optional, always answered, and replaced as a set.',
    'http.agents.by-slug': 'Update and archive take `by=slug`; `settings.slug` renames, `description: null` clears.',
    'http.agents.concurrent': 'Concurrent updates are all accepted, each a version of its own.',
    'http.agents.archive.waiting':
      'An execution that waits when its agent is archived may be continued; sessions and logs stay readable.',
    'http.agents.current': 'Sessions run the current definition; an execution keeps the one it started with.',
  },
  '6.1 Life of a session': {
    'http.sessions.expiry':
      'A session idle for OCTAVUS_SESSION_TTL is expired, a waiting one too; reading does not extend it.',
    'http.sessions.expiry-running': 'A running execution never expires; its end begins the idle time.',
  },
  '6.3 Get': {
    'http.sessions.expired': 'Reads and logs of an expired session have exactly four keys.',
    'http.sessions.unknown': 'An unknown id is 404 NOT_FOUND on every endpoint of a session.',
    'http.sessions.worker-run': 'A worker run can be read and its log; everything else is 400 VALIDATION_ERROR.',
    'http.sessions.ui.stripped': 'What a display mode keeps from people is not in format=ui, and is in the full state.',
    'http.sessions.streaming':
      'A message still being produced, and its open parts, are `streaming`; `execution` says running.',
    'http.wire.messages': 'Both message formats in both wire shapes hold what their readers expect.',
    'http.wire.cancelled': 'A cancelled tool call is an error with text `Cancelled` in the base shape.',
  },
  '6.4 Restore': {
    'http.restore.restored':
      'An expired session is rebuilt from UI messages; variables and resources get their defaults.',
    'http.restore.active': 'An active session answers restored: false and nothing changes.',
    'http.restore.input': 'Input is checked like create; omitted, the input of the session is used again.',
    'http.restore.archived': 'A session of an archived agent is not restored: 404 NOT_FOUND.',
    'http.restore.refused': 'Malformed known parts and more than 2000 messages are 400, and nothing changes.',
    'http.restore.once': 'Of many restores at once one counts.',
    'http.restore.round-trip': 'What a client of any generation read of a conversation restores it.',
    'http.restore.parts':
      'Dates may be numbers, unknown part types are dropped, duplicate ids replaced, open calls cancelled.',
  },
  '6.5 Clear': {
    'http.sessions.clear': 'Clearing expires the session at once and is idempotent.',
    'http.sessions.clear-running': 'A running execution is aborted first.',
  },
  '6.6 Trigger': {
    'http.trigger.once': 'Of many identical triggers at once exactly one runs while it runs.',
    'http.trigger.sender': 'The sender is stored on the message of the turn, within its limits.',
    'http.trigger.queue-left': 'Whoever leaves while waiting for a busy session does not get a turn.',
    'http.trigger.continue-again': 'Results for an execution that finished are 409 EXECUTION_NOT_RESUMABLE.',
    'http.trigger.continue-elsewhere': 'A waiting execution is continued by any node.',
    'http.trigger.continue-once': 'Of many identical continuations at once exactly one runs.',
    'http.trigger.repeat.same-calls': 'A leg that was cut is repeated for results of the same calls only.',
  },
  '6.7 Abort': {
    'http.sessions.abort-waiting': 'A waiting execution that was aborted takes no results.',
  },
  '6.8 Start (create and trigger)': {
    'http.start.new':
      'One request creates the session and runs its first trigger; the id is in the header and in `start`.',
    'http.start.refused': 'On error no session exists and the key is free.',
    'http.start.unstored': 'A start that cannot be stored is 503, leaves no session, and its key is free.',
    'http.start.same-body': 'Bodies are compared after canonical encoding.',
    'http.start.busy': 'While the first execution runs: 429 SESSION_BUSY with X-Octavus-Session-Id.',
    'http.start.failed':
      'After a first execution that failed, was aborted or interrupted the trigger runs again in an empty history.',
    'http.start.waiting': 'A first execution that waits is replayed, ending in the same tool-request.',
    'http.start.finished': 'A finished first execution is replayed without calling a model.',
    'http.start.other-trigger': 'Another trigger with the same key is a normal trigger on the session.',
    'http.start.expired': 'An expired session is re-activated, empty, with the input of the request.',
    'http.start.scope': 'Keys are scoped to project and agent.',
    'http.start.once': 'Of many identical starts at once exactly one runs.',
  },
  '6.9 Logs': {
    'http.logs.entries': 'Entries come oldest first, with total and truncated always.',
    'http.logs.exclude': 'excludeModelRequests=true leaves out model requests, anything else keeps them.',
    'http.logs.truncated': 'At most the 3000 most recent entries; truncated is total > entries.length.',
  },
  '6 Idempotency-Key on other POST requests': {
    'http.idempotency.same': 'The same request with the same key is done once and answered alike.',
    'http.idempotency.other': 'Another request with a used key is refused.',
    'http.idempotency.concurrent': 'Of many at once one is done.',
    'http.idempotency.refused': 'A request that did nothing leaves the key free.',
    'http.idempotency.unknown': 'What may have been done is never done again: the answer is 409.',
    'http.idempotency.streams': 'On event streams the header is ignored.',
    'http.idempotency.key': 'A key has 1 to 255 printable characters.',
    'http.idempotency.day': 'Answers are kept for 24 hours.',
  },
  '7 Files': {
    'http.files.upload-urls': 'Every file gets an id and absolute addresses, in the order of the request.',
    'http.files.limits': '1 to 20 files, 100 MiB each, 200 MiB in all; issues name the entry.',
    'http.files.session': 'Files belong to an active session, and uploading is activity of it.',
    'http.files.put':
      'An upload is refused unless type, size, signature and time are right; repeating it replaces the content.',
    'http.files.get': 'A download has its documented headers, single ranges, and attachment for what could run.',
    'http.files.turns':
      'Our metadata and address win over what a request says; addresses in a history are signed anew; bucket too.',
    'http.files.projects': 'A file of another project is as one that does not exist; bucket too.',
    'http.files.scope': 'A file that a request names is uploaded, and within reach of its credential.',
  },
  '8 Worker execution': {
    'http.workers.start': 'A run streams from start to usage; its ids are one; it can be read afterwards.',
    'http.workers.continue': 'A paused run is continued once, also after a restart.',
    'http.workers.repeat': 'A continuation whose reader left is accepted once more.',
    'http.workers.refused':
      'Agents that are no workers, bad types, inputs and results are 400 or 404, and nothing is stored.',
    'http.workers.archived': 'An archived worker starts nothing more; what waits may be continued.',
    'http.workers.project': 'Workers of another project are not there.',
    'http.workers.wire': 'On /execute every client gets every event.',
  },
  '9 Tokens': {
    'http.tokens.mint': '201 with token, jti and expiresAt; the token is `oct_et_<payload>.<mac>`.',
    'http.tokens.ttl': 'Lifetime 3600 s by default, clamped to 86400.',
    'http.tokens.mint-refused': 'Bad bodies are 400; unknown or archived agents and sessions of another agent 404.',
    'http.tokens.mint-permission': 'Only an API key with mint-tokens mints and revokes.',
    'http.tokens.scope-agent': 'An agent-scoped token creates, starts and uses sessions of its agent.',
    'http.tokens.scope-session': 'A session-scoped token only uses that session.',
    'http.tokens.scope-blind': 'What is out of scope and what does not exist look the same.',
    'http.tokens.death': 'A token dies with its time and with the key that minted it.',
    'http.tokens.mac': 'No byte of a token can be changed.',
    'http.tokens.revoke': 'Revoking by token or jti works at once and once.',
    'http.tokens.revoke-nothing':
      'Unknown, malformed, expired or foreign tokens are revoked: false; 400 only without both fields.',
  },
  '11 Workforce threads': {
    'http.workforce.start':
      'A thread is answered 201 pending once its message is stored, and is a session of the agent.',
    'http.workforce.follow-up': 'Messages of a thread run one at a time, in order; 202 says running or queued.',
    'http.workforce.claim': 'Of many nodes that would begin a run exactly one does.',
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
