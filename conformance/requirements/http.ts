import { toRequirements } from './table.ts';

export const httpRequirements = toRequirements('HTTP API', {
  '1.1 Transport and bodies': {
    'http.json.type': 'A JSON answer is `application/json; charset=utf-8`, without an envelope, and is not cached.',
    'http.json.any-type': 'A JSON body is parsed whatever Content-Type says.',
    'http.json.unknown-fields': 'Unknown request fields are ignored.',
    'http.json.null': '`null` for an optional request field is the same as absent.',
    'http.path.slash': 'One trailing slash is tolerated.',
    'http.path.unknown': 'An unknown path under /api answers 404 NOT_FOUND as JSON.',
    'http.path.method': 'A wrong method answers 405 METHOD_NOT_ALLOWED with Allow.',
    'http.reason-phrase': 'An HTTP/1.1 answer carries the standard reason phrase.',
    'http.body.limit': 'A JSON body over 16 MiB gets 413 PAYLOAD_TOO_LARGE as JSON.',
    'http.body.invalid': 'A body that is not JSON, or nests without end, gets 400 VALIDATION_ERROR.',
  },
  '1.2 Identifiers': {
    'http.ids': 'Agent, session, execution, message and tool call identifiers have their documented forms.',
  },
  '1.4 Response headers': {
    'http.request-id': 'X-Request-Id is on every answer: echoed, or generated when absent.',
    'http.session-id': 'X-Octavus-Session-Id is on every event stream.',
    'http.authenticate': 'Every 401 carries `WWW-Authenticate: Bearer`.',
  },
  '1.6 Cross-origin requests': {
    'http.cors.preflight': 'OPTIONS under /api answers 204 with the CORS headers, without a credential.',
    'http.cors.every': 'Every answer under /api allows any origin and no cookies.',
  },
  '2 Authentication and permissions': {
    'http.auth.missing': 'No credential, another scheme or a malformed one is 401 UNAUTHORIZED.',
    'http.auth.unknown': 'An unknown or revoked key is 401 UNAUTHORIZED, without saying which check failed.',
    'http.auth.scheme': 'The scheme is case-insensitive.',
    'http.auth.permission': 'A key without the permission that the endpoint needs gets 403 FORBIDDEN.',
    'http.auth.matrix': 'The permission matrix of section 2.3 holds for every endpoint.',
    'http.auth.project': 'What belongs to another project is 404 NOT_FOUND, and absent from lists.',
  },
  '3 Errors': {
    'http.errors.nested': 'Errors are nested by default: `{"error":{"code","message"}}`.',
    'http.errors.flat-header': 'A request with X-Octavus-Sdk-Version gets flat errors, whatever its value.',
    'http.errors.flat-setting': 'OCTAVUS_ERROR_FORMAT=flat makes every error flat.',
    'http.errors.issues':
      'Validation failures list issues with dotted paths, inside `error` when nested, beside it when flat.',
    'http.errors.text': 'Messages are single-line sentences without stack traces, SQL, paths or secrets.',
  },
  '4 Wire versions': {
    'http.wire.base': 'Without a version header the session shape is the one that the 2.0 schemas accept.',
    'http.wire.v4': 'From version 4 on the session has step markers and leaves out the legacy message fields.',
    'http.wire.deltas': 'tool-input-delta is one event with the whole JSON text for base, pieces for v4.',
    'http.wire.request': 'Request parsing does not depend on the version header.',
  },
  '5 Agents': {
    'http.agents.list': 'The list has every documented field, `description` present even when null, ordered by slug.',
    'http.agents.get': 'An agent is read by id, or by slug with `by=slug`; its text comes back byte for byte.',
    'http.agents.by': 'Another value of `by` is 400; a slug without `by=slug` is not tried.',
    'http.agents.create': 'Creating answers 201 with `agentId` and `message`.',
    'http.agents.conflict': 'A slug that is taken is 409 CONFLICT.',
    'http.agents.invalid': 'An invalid definition is 400 with all its issues, and nothing is stored.',
    'http.agents.update': 'Updating merges settings, replaces protocol and prompts, and leaves omitted fields alone.',
    'http.agents.update-invalid': 'An update whose result is invalid changes nothing; a change of format is refused.',
    'http.agents.update-nothing': 'An empty update succeeds and changes nothing, `updatedAt` included.',
    'http.agents.archive': 'An archived agent leaves the list, frees its slug, and takes no new sessions or triggers.',
    'http.agents.validate':
      'Validating reports errors and warnings in the body, stores nothing and does not mind a taken slug.',
    'http.agents.validate-body': 'Validating is 400 only for a body that is not a JSON object.',
  },
  '6 Agent sessions': {
    'http.sessions.create': 'Creating answers 201 with the session id, for an agent id or a slug.',
    'http.sessions.create-input': 'Session input is checked and converted; one issue per unusable input.',
    'http.sessions.create-unknown': 'A session of an unknown or archived agent is 404 NOT_FOUND.',
    'http.sessions.get': 'The full state holds input, variables, resources and ChatMessages with hidden content.',
    'http.sessions.get-ui': '`format=ui` holds UIMessages without hidden content; another format is 400.',
    'http.sessions.get-unknown': 'An id that never existed is 404 NOT_FOUND.',
    'http.sessions.waiting': 'Both formats show a waiting execution with its pending calls.',
    'http.sessions.abort': 'Abort stops a running or waiting execution and says whether there was one.',
  },
  '6.6 Trigger': {
    'http.trigger.neither': 'A body that is neither trigger nor continuation is 400.',
    'http.trigger.unknown': 'An unknown trigger is 400, an unknown session 404.',
    'http.trigger.input': 'Rejected trigger input is 400 with one issue per input, before anything is stored.',
    'http.trigger.coerce': 'Trigger input is converted where that loses nothing.',
    'http.trigger.continue': 'A continuation runs on with the results and ignores repeated trigger fields.',
    'http.trigger.continue-alone': 'Results without an execution id continue the only waiting execution.',
    'http.trigger.execution-unknown': 'An execution id that the session never had is 404 EXECUTION_NOT_FOUND.',
    'http.trigger.not-resumable':
      'A finished execution, or results that name no pending call, is 409 EXECUTION_NOT_RESUMABLE.',
    'http.trigger.results-malformed': 'A continuation without results, or with malformed ones, is 400.',
    'http.trigger.results-missing': 'A pending call without a result gets the error `No result was provided.`',
    'http.trigger.superseded': 'A newer trigger closes the pending calls of a waiting execution.',
    'http.trigger.busy': 'A second trigger waits 5 s for the first, then gets 429 SESSION_BUSY with Retry-After 2.',
    'http.trigger.queue': 'A second trigger runs when the first ends within the wait.',
    'http.trigger.repeat': 'A continuation whose leg was cut by a disconnect may be sent again.',
    'http.trigger.rollback': '`rollbackAfterMessageId` truncates after that message, `null` truncates everything.',
  },
  '13 Outside /api': {
    'http.health': '`/healthz`, `/readyz`, `/metrics` and `/openapi.json` answer without a credential.',
    'http.openapi': 'The OpenAPI document lists exactly the endpoints that exist.',
    'http.skills.upload':
      '`POST /api/skills` takes a ZIP with a SKILL.md at its root: 201 when created, 200 when replaced, with the same id and secrets.',
    'http.skills.refused':
      'Archives with absolute paths, `..`, symlinks or a wrong SKILL.md are refused, and nothing is stored.',
    'http.skills.secrets': 'Secrets are set and removed by name, encrypted at rest, and never returned.',
    'http.models': '`GET /api/models` lists providers and models, the offline one always configured.',
    'http.drain': 'While draining, running legs finish, triggers get 503 SERVICE_UNAVAILABLE, and the process exits 0.',
  },
});
